using WalParser.Batches;

namespace WalParser.Recovery;

/// <summary>
/// The keys of a prepared section that is not inserted, because table files have it: RocksDB finds the sub-batches of such a section by
/// itself (<c>DuplicateDetector</c> in <c>util/duplicate_detector.h</c>).
/// </summary>
internal sealed class SectionKeys
{
    private readonly SubBatchKeys _keys = new();
    private ulong _sequence;

    /// <summary>Adds a key with a sequence number. Returns false if the sub-batch with this number has the key already.</summary>
    public bool TryAdd(ulong sequence, uint family, ReadOnlySpan<byte> key)
    {
        if (sequence != _sequence)
        {
            _keys.Clear();
            _sequence = sequence;
        }

        if (_keys.TryAdd(family, key))
        {
            return true;
        }

        _keys.Clear();
        _keys.TryAdd(family, key);
        return false;
    }
}
