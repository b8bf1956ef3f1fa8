namespace WalParser.Kvrocks.Metadata;

/// <summary>What the metadata of a time series has, read in place.</summary>
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

    /// <summary>How long samples are kept, in milliseconds; 0 = for ever.</summary>
    public ulong RetentionMilliseconds { get; }

    /// <summary>The size of a chunk, as it was configured.</summary>
    public ulong ChunkSize { get; }

    /// <summary>0 = uncompressed, 1 = compressed.</summary>
    public byte ChunkType { get; }

    /// <summary>What a second sample of the same time does: 0 block, 1 first, 2 last, 3 min, 4 max, 5 sum.</summary>
    public byte DuplicatePolicy { get; }

    /// <summary>The key of the series that this one is downsampled from; empty if it is none.</summary>
    public ReadOnlySpan<byte> SourceKey { get; }

    /// <summary>About the time of the last sample, in milliseconds since 1970; 0 too where an older server did not write it.</summary>
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
