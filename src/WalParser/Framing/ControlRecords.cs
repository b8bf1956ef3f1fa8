using System.Buffers.Binary;
using System.Collections.Immutable;
using WalParser.Compression;
using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>Decodes the control records of a log, and keeps what they declare.</summary>
internal sealed class ControlRecords
{
    /// <summary>More than any database has. It bounds the memory for the declarations of a hostile log.</summary>
    private const int MaxColumnFamilies = 1 << 16;

    /// <summary>A fault of a control record, and the number of bytes that RocksDB counts as dropped because of it.</summary>
    public readonly record struct Fault(FindingKind Kind, int Bytes, string? Detail = null);

    public CompressionType CompressionType { get; private set; }

    public PredecessorWalInfo? Predecessor { get; private set; }

    public TimestampSizes TimestampSizes { get; private set; } = TimestampSizes.None;

    /// <summary>Whether the log has declared a compression type.</summary>
    public bool HasCompressionType { get; private set; }

    /// <summary>Decodes a compression type: fixed32 (RocksDB, <c>CompressionTypeRecord</c> in <c>util/compression.h</c>).</summary>
    public Fault? ProcessCompressionType(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < sizeof(uint))
        {
            return new Fault(FindingKind.UndecodableCompressionType, payload.Length);
        }

        // The type is an enumeration of one byte (include/rocksdb/compression_type.h): the higher bytes are ignored.
        CompressionType type = (CompressionType)(byte)BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (type is not (CompressionType.None or CompressionType.Zstd))
        {
            string name = Enum.IsDefined(type) ? $" ({CompressionTypeName.Of(type)})" : "";
            return new Fault(
                FindingKind.UndecodableCompressionType,
                payload.Length - sizeof(uint),
                $"compression type {(byte)type}{name} is not defined for logs, so the records are read as they are");
        }

        // RocksDB writes only ZSTD, but accepts "none" as well.
        CompressionType = type;
        HasCompressionType = true;
        return null;
    }

    /// <summary>Decodes the description of the log before: fixed64 log number, fixed64 size, fixed64 last sequence number.</summary>
    public Fault? ProcessPredecessor(ReadOnlySpan<byte> payload)
    {
        const int Size = 3 * sizeof(ulong);
        if (payload.Length < Size)
        {
            return new Fault(FindingKind.UndecodablePredecessorWalInfo, payload.Length % sizeof(ulong));
        }

        Predecessor = new PredecessorWalInfo(
            BinaryPrimitives.ReadUInt64LittleEndian(payload),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[16..]));
        return null;
    }

    /// <summary>
    /// Decodes timestamp sizes: pairs of fixed32 column family and fixed16 size. The pairs before a faulty one are valid.
    /// </summary>
    public Fault? ProcessTimestampSizes(ReadOnlySpan<byte> payload)
    {
        const int Size = sizeof(uint) + sizeof(ushort);
        if (payload.Length % Size != 0)
        {
            return new Fault(FindingKind.UndecodableTimestampSize, payload.Length);
        }

        Fault? fault = null;
        List<KeyValuePair<uint, int>> added = [];
        ImmutableSortedDictionary<uint, int>.Builder sizes = TimestampSizes.ToBuilder();
        for (; !payload.IsEmpty && fault is null; payload = payload[Size..])
        {
            uint columnFamily = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
            if (size == 0)
            {
                fault = new Fault(FindingKind.ZeroTimestampSize, 0);
            }
            else if (sizes.ContainsKey(columnFamily))
            {
                fault = new Fault(FindingKind.RepeatedTimestampSize, 0);
            }
            else if (sizes.Count == MaxColumnFamilies)
            {
                fault = new Fault(FindingKind.TooManyTimestampSizes, payload.Length);
            }
            else
            {
                sizes.Add(columnFamily, size);
                added.Add(new(columnFamily, size));
            }
        }

        TimestampSizes = TimestampSizes.With(sizes, added);
        return fault;
    }
}
