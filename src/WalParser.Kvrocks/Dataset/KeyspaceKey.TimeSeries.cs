using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <content>The content of time series.</content>
public sealed partial class KeyspaceKey
{
    /// <summary>
    /// Returns the samples of a time series, by timestamp, as <c>TS.RANGE key - +</c> does: samples that are older than the retention time
    /// are left out, measured from the last sample.
    /// </summary>
    public IEnumerable<TimeSeriesSample> TimeSeriesSamples()
    {
        if (!Metadata.TryReadTimeSeries(out TimeSeriesMetadata series))
        {
            yield break;
        }

        ulong retention = series.RetentionMilliseconds;
        List<ReadOnlyMemory<byte>> chunks = [.. TimeSeriesChunks()];
        ulong last = chunks.Count > 0 && ChunkAt(chunks[^1]) is { Count: > 0 } latest ? latest[latest.Count - 1].Timestamp : 0;
        ulong first = retention != 0 && last > retention ? last - retention : 0;
        foreach (ReadOnlyMemory<byte> chunk in chunks)
        {
            int count = ChunkAt(chunk).Count;
            for (int i = 0; i < count; i++)
            {
                TimeSeriesSample sample = ChunkAt(chunk)[i];
                if (sample.Timestamp >= first && sample.Timestamp <= last)
                {
                    yield return sample;
                }
            }
        }
    }

    /// <summary>Returns the labels of a time series and their values, by label in byte order.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> TimeSeriesLabels() =>
        TimeSeriesElements(TimeSeriesSubkeyKind.Label)
            .Select(label => KeyValuePair.Create(label.Key, (ReadOnlyMemory<byte>)label.Value));

    /// <summary>
    /// Returns the rules by which a time series is downsampled, by the key of the other series in byte order.
    /// </summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, TimeSeriesRule>> TimeSeriesRules()
    {
        foreach ((ReadOnlyMemory<byte> other, byte[] value) in TimeSeriesElements(TimeSeriesSubkeyKind.Rule))
        {
            if (TimeSeriesRule.Read(value) is { } rule)
            {
                yield return KeyValuePair.Create(other, rule);
            }
        }
    }

    /// <summary>Returns the chunks that can be read, by their first timestamp.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> TimeSeriesChunks() =>
        TimeSeriesElements(TimeSeriesSubkeyKind.Chunk)
            .Where(chunk => TimeSeriesChunk.TryRead(chunk.Value, out _))
            .Select(chunk => (ReadOnlyMemory<byte>)chunk.Value);

    private IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, byte[]>> TimeSeriesElements(TimeSeriesSubkeyKind kind)
    {
        if (Type != KvrocksType.TimeSeries)
        {
            yield break;
        }

        foreach ((byte[] subkey, byte[] value) in Sorted())
        {
            if (TimeSeriesSubkey.TryRead(subkey, out TimeSeriesSubkey name, out _) && name.Kind == kind)
            {
                yield return KeyValuePair.Create((ReadOnlyMemory<byte>)subkey.AsMemory(subkey.Length - name.Name.Length), value);
            }
        }
    }

    private static TimeSeriesChunk ChunkAt(ReadOnlyMemory<byte> value) =>
        TimeSeriesChunk.TryRead(value.Span, out TimeSeriesChunk chunk) ? chunk : default;
}
