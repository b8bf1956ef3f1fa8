using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Metadata;

/// <summary>
/// The fields of the metadata of a time series, read in place: its span points into the bytes that it was read from.
/// </summary>
public readonly ref struct TimeSeriesMetadata
{
    private TimeSeriesMetadata(
        ulong retention, ulong chunkSize, byte chunkType, byte duplicatePolicy, ReadOnlySpan<byte> sourceKey, ulong lastTimestamp)
    {
        RetentionMilliseconds = retention;
        ChunkSize = chunkSize;
        ChunkType = chunkType;
        DuplicatePolicy = duplicatePolicy;
        SourceKey = sourceKey;
        LastTimestampMilliseconds = lastTimestamp;
    }

    /// <summary>The time for which samples are kept, in milliseconds; 0 if they are kept forever.</summary>
    public ulong RetentionMilliseconds { get; }

    /// <summary>The configured size of a chunk.</summary>
    public ulong ChunkSize { get; }

    /// <summary>The encoding of chunks: 0 for uncompressed, 1 for compressed.</summary>
    public byte ChunkType { get; }

    /// <summary>The name of <see cref="ChunkType"/>, as TS.INFO reports it; the number if it has no name.</summary>
    public string ChunkTypeName => StoredName.Of(ChunkType, ["uncompressed", "compressed"]);

    /// <summary>The policy for a second sample with the same timestamp: 0 block, 1 first, 2 last, 3 min, 4 max, 5 sum.</summary>
    public byte DuplicatePolicy { get; }

    /// <summary>The name of <see cref="DuplicatePolicy"/>, as TS.INFO reports it; the number if it has no name.</summary>
    public string DuplicatePolicyName => StoredName.Of(DuplicatePolicy, ["block", "first", "last", "min", "max", "sum"]);

    /// <summary>The key of the series that this series is downsampled from; empty if there is none.</summary>
    public ReadOnlySpan<byte> SourceKey { get; }

    /// <summary>
    /// The approximate time of the last sample, in milliseconds since 1970; 0 also if an older server did not write the field.
    /// </summary>
    public ulong LastTimestampMilliseconds { get; }

    internal static bool TryRead(ReadOnlySpan<byte> body, out TimeSeriesMetadata timeSeries)
    {
        var reader = new BigEndianReader(body);
        bool isWhole = reader.TryRead64(out ulong retention)
            & reader.TryRead64(out ulong chunkSize)
            & reader.TryRead8(out byte chunkType)
            & reader.TryRead8(out byte duplicatePolicy)
            & reader.TryReadSized32(out ReadOnlySpan<byte> sourceKey);
        ulong lastTimestamp = 0;
        if (isWhole)
        {
            _ = reader.TryRead64(out lastTimestamp);
        }

        timeSeries = new TimeSeriesMetadata(retention, chunkSize, chunkType, duplicatePolicy, sourceKey, lastTimestamp);
        return isWhole;
    }
}
