using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace WalParser.Salvage;

/// <summary>
/// Recognizes a record with the same bytes as one that was written, among the last ones. Records are compared by 128 bits of their SHA-256:
/// no hostile log can have two different records that are taken for the same.
/// </summary>
internal sealed class WrittenRecords
{
    // The records are kept in two generations, of which the older one is forgotten when the newer one is full: 20 MB at most.
    private const int MaxGeneration = 1 << 18;

    private HashSet<UInt128> _newer = [];
    private HashSet<UInt128> _older = [];

    /// <summary>Adds a record.</summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        if (_newer.Count == MaxGeneration)
        {
            (_newer, _older) = (_older, _newer);
            _newer.Clear();
        }

        _newer.Add(HashOf(record));
    }

    /// <summary>Returns whether a record has the same bytes as one that was added.</summary>
    public bool Contains(ReadOnlySpan<byte> record) => HashOf(record) is var hash && (_newer.Contains(hash) || _older.Contains(hash));

    /// <summary>Forgets all records.</summary>
    public void Clear()
    {
        _newer.Clear();
        _older.Clear();
    }

    private static UInt128 HashOf(ReadOnlySpan<byte> record)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(record, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
