using System.Buffers.Binary;

namespace WalParser.Writing;

/// <summary>The payload of a control record that declares timestamp sizes: pairs of fixed32 column family and fixed16 size.</summary>
internal static class TimestampDeclaration
{
    private const int PairSize = sizeof(uint) + sizeof(ushort);

    /// <summary>Returns the declaration of the sizes that are not declared yet; null if there are none.</summary>
    /// <param name="sizes">The sizes, in the order of the declaration.</param>
    /// <param name="declared">The sizes that are declared already.</param>
    /// <param name="headerSize">The size of the fragment's header, in bytes.</param>
    /// <exception cref="ArgumentException">The sizes cannot be declared.</exception>
    public static byte[]? Encode(IReadOnlyCollection<KeyValuePair<uint, int>> sizes, Dictionary<uint, int> declared, int headerSize)
    {
        Dictionary<uint, int>? added = null;
        List<byte>? payload = null;
        Span<byte> pair = stackalloc byte[PairSize];
        foreach ((uint columnFamily, int size) in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)size, ushort.MaxValue, nameof(sizes));
            int before = declared.GetValueOrDefault(columnFamily);
            before = before != 0 ? before : added?.GetValueOrDefault(columnFamily) ?? 0;
            if (before == size)
            {
                continue;
            }

            if (before != 0)
            {
                throw new ArgumentException($"Column family {columnFamily} was declared with timestamps of {before} bytes.", nameof(sizes));
            }

            if ((payload?.Count ?? 0) + PairSize > FragmentWriter.BlockSize - headerSize)
            {
                throw new ArgumentException("The timestamp sizes do not fit in a block.", nameof(sizes));
            }

            (added ??= [])[columnFamily] = size;
            BinaryPrimitives.WriteUInt32LittleEndian(pair, columnFamily);
            BinaryPrimitives.WriteUInt16LittleEndian(pair[sizeof(uint)..], (ushort)size);
            (payload ??= []).AddRange(pair);
        }

        return payload?.ToArray();
    }
}
