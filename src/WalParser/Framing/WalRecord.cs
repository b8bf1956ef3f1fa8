using System.Runtime.CompilerServices;
using WalParser.Checksums;

namespace WalParser.Framing;

/// <summary>
/// A logical record: what was handed to RocksDB's log writer in one piece, a write batch as a rule. It lives on the stack
/// because its bytes do not last: they are the reader's, valid until its next read.
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

    /// <summary>The record's bytes without any framing; valid until the reader's next read. It may be empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Offset in the file, in bytes, of the header of its first fragment.</summary>
    public long Offset { get; }

    /// <summary>Offset in the file of the first byte behind its last fragment.</summary>
    public long EndOffset { get; }

    /// <summary>How many fragments it came in: 1 if it lies in one piece.</summary>
    public int FragmentCount { get; }

    /// <summary>The timestamp sizes that the log had declared up to here.</summary>
    public TimestampSizes TimestampSizes { get; }

    /// <summary>The CRC-32C of <see cref="Payload"/>, not masked. Computed at every call; the log itself holds no such sum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public uint ComputeCrc32C() => Crc32C.Compute(Payload);
}
