using WalParser.Coding;
using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>Finds whether a key is one of those to which a replay is limited.</summary>
internal sealed class RefusedKeySet
{
    private readonly Dictionary<byte[], RefusedKey> _keys = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _flushed = new(ByteStringComparer.Instance);
    private readonly bool _isAll;

    public RefusedKeySet(IReadOnlyCollection<RefusedKey> keys)
    {
        foreach (RefusedKey key in keys)
        {
            if (key.Key is not { } name)
            {
                _isAll |= key.Namespace.IsEmpty;
                _flushed.Add(key.Namespace.ToArray());
            }
            else if (KeyName.Of(key.Namespace, name) is var full
                && (!_keys.TryGetValue(full, out RefusedKey? other) || key.Sequence < other.Sequence))
            {
                _keys[full] = key;
            }
        }

        FirstSequence = keys.Count == 0 ? ulong.MaxValue : keys.Min(key => key.Sequence);
    }

    /// <summary>The sequence number of the first batch of which a command was refused.</summary>
    public ulong FirstSequence { get; }

    /// <summary>Adds the keys to others, also those that no batch has changed since.</summary>
    public void AddTo(TouchedKeys touched)
    {
        foreach (RefusedKey key in _keys.Values)
        {
            if (touched.Touch(key.Namespace, key.Key!.Value, key.Sequence, out bool isNew) is { } one)
            {
                one.IsOnlyNamed = isNew;
            }
        }
    }

    public bool Contains(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) =>
        _isAll
        || _flushed.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(ns.Span)
        || _keys.ContainsKey(KeyName.Of(ns, key));
}
