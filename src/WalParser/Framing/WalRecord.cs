using System.Runtime.CompilerServices;
using WalParser.Checksums;

namespace WalParser.Framing;

/// <summary>
/// A logical record: the bytes that were passed to RocksDB's log writer in one call, usually a write batch. It is a <c>ref struct</c>
/// because its bytes belong to the reader, and are valid until the next read.
/// </summary>
public readonly ref struct WalRecord
{
    internal WalRecord(ReadOnlySpan<byte> payload, long offset, long endOffset, int fragmentCount, TimestampSizes timestampSizes)
    {
        Payload = payload;
        Offset = offset;
        EndOffset = endOffset;
        FragmentCount = fragmentCount;
        TimestampSizes = timestampSizes;
    }

    /// <summary>The bytes of the record without framing. Valid until the next read. May be empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The offset of the header of its first fragment in the file, in bytes.</summary>
    public long Offset { get; }

    /// <summary>The offset of the first byte after its last fragment in the file, in bytes.</summary>
    public long EndOffset { get; }

    /// <summary>The number of its fragments.</summary>
    public int FragmentCount { get; }

    /// <summary>The timestamp sizes that the log has declared before the record.</summary>
    public TimestampSizes TimestampSizes { get; }

    /// <summary>
    /// Whether RocksDB compares the record with the hash of other bytes, and so takes it for corrupted: its hash covers the fragments since
    /// the last record, also those that were dropped (<c>hash_state_</c> in <c>db/log_reader.cc</c>).
    /// </summary>
    internal bool HasStaleHash { get; init; }

    /// <summary>Computes the CRC-32C of <see cref="Payload"/>, not masked. The log itself does not contain this checksum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public uint ComputeCrc32C() => Crc32C.Compute(Payload);
}
