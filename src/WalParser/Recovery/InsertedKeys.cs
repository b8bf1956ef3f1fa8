using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace WalParser.Recovery;

/// <summary>
/// The keys that were inserted last, with their sequence numbers: a memtable accepts a key only once with the same number
/// (<c>MemTable::Add</c>). Only a batch whose numbers occurred before meets such a key, or one of a database that numbers by sub-batch. The
/// keys are kept as hashes: all those of the current number, and the last ones of earlier numbers.
/// </summary>
internal sealed class InsertedKeys
{
    private const int Capacity = 1 << 16;
    private const ulong Prime = 0x9E3779B97F4A7C15;

    private readonly HashSet<(ulong Sequence, ulong Hash)> _keys = [];
    private readonly Queue<(ulong Sequence, ulong Hash)> _order = new();
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();

    /// <summary>Adds a key. Returns false if it was inserted before with the same number.</summary>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="family">The id of the column family.</param>
    /// <param name="isRange">Whether it is the first key of a range deletion; these have a table of their own.</param>
    /// <param name="key">The key, with its timestamp.</param>
    public bool TryAdd(ulong sequence, uint family, bool isRange, ReadOnlySpan<byte> key)
    {
        (ulong Sequence, ulong Hash) entry = (sequence, HashOf(key, Mix(_seed, ((ulong)family << 1) | (isRange ? 1u : 0u))));
        if (!_keys.Add(entry))
        {
            return false;
        }

        _order.Enqueue(entry);
        while (_order.Count > Capacity && _order.Peek().Sequence != sequence)
        {
            _keys.Remove(_order.Dequeue());
        }

        return true;
    }

    private static ulong HashOf(ReadOnlySpan<byte> key, ulong hash)
    {
        hash = Mix(hash, (ulong)key.Length);
        foreach (ulong part in MemoryMarshal.Cast<byte, ulong>(key))
        {
            hash = Mix(hash, part);
        }

        Span<byte> rest = stackalloc byte[sizeof(ulong)];
        rest.Clear();
        key[(key.Length & ~(sizeof(ulong) - 1))..].CopyTo(rest);
        return Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest));
    }

    private static ulong Mix(ulong hash, ulong part)
    {
        ulong high = Math.BigMul(hash ^ part, Prime, out ulong low);
        return high ^ low ^ (part << 1);
    }
}
