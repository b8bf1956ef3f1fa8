using System.Text.Json;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary>Writes time series, t-digests and filters as members of the JSON object of their key.</summary>
internal static class KeySketchJson
{
    /// <summary>The quantiles of a t-digest that are written.</summary>
    private static readonly double[] Quantiles = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

    /// <summary>Writes a key of one of these types, and of any other type that <c>keys</c> does not know, the common part.</summary>
    public static void Write(Utf8JsonWriter json, KeyspaceKey key)
    {
        KvrocksMetadata metadata = key.Metadata;
        if (metadata.HasVersion)
        {
            json.WriteNumber("version", metadata.Version.Value);
            json.WriteNumber("size", metadata.Size);
        }

        MetadataParts.WriteSketch(metadata, new JsonParts(json));
        switch (key.Type)
        {
            case KvrocksType.TimeSeries:
                WriteTimeSeries(json, key);
                break;
            case KvrocksType.TDigest when key.ToTDigest() is { } digest:
                WriteTDigest(json, digest);
                break;
            case KvrocksType.BloomFilter:
                WriteBloomFilters(json, key);
                break;
        }
    }

    private static void WriteTimeSeries(Utf8JsonWriter json, KeyspaceKey key)
    {
        WriteArray(json, "value", key.TimeSeriesSamples(), (to, sample) => to.WriteSample(sample));
        WriteArray(json, "labels", key.TimeSeriesLabels(), (to, label) =>
        {
            to.WriteStartArray();
            to.WriteBytes(label.Key.Span);
            to.WriteBytes(label.Value.Span);
            to.WriteEndArray();
        });
        WriteArray(json, "rules", key.TimeSeriesRules(), (to, rule) =>
        {
            // The order is that of TS.INFO.
            to.WriteStartArray();
            to.WriteBytes(rule.Key.Span);
            to.WriteNumberValue(rule.Value.BucketMilliseconds);
            to.WriteStringValue(rule.Value.AggregatorName);
            to.WriteNumberValue(rule.Value.AlignmentMilliseconds);
            to.WriteEndArray();
        });
    }

    private static void WriteTDigest(Utf8JsonWriter json, TDigest digest)
    {
        json.WriteDouble("min", digest.Minimum);
        json.WriteDouble("max", digest.Maximum);
        WriteArray(json, "quantiles", Quantiles, (to, quantile) =>
        {
            to.WriteStartArray();
            to.WriteNumberValue(quantile);
            to.WriteDouble(digest.Quantile(quantile));
            to.WriteEndArray();
        });
        WriteArray(json, "centroids", digest.Centroids, (to, centroid) =>
        {
            to.WriteStartArray();
            to.WriteDouble(centroid.Mean);
            to.WriteDouble(centroid.Weight);
            to.WriteEndArray();
        });
        WriteArray(json, "buffer", digest.Buffer, (to, value) => to.WriteDouble(value));
    }

    private static void WriteBloomFilters(Utf8JsonWriter json, KeyspaceKey key)
    {
        json.WriteDouble("false_positive_rate", key.BloomFalsePositiveRate().GetValueOrDefault());
        WriteArray(json, "fill", key.BloomFilters(), (to, stored) =>
        {
            _ = BloomFilter.TryRead(stored.Value.Span, out BloomFilter filter);
            to.WriteStartObject();
            to.WriteNumber("filter", stored.Key);
            to.WriteNumber("bytes", filter.Size);
            to.WriteNumber("bits_set", filter.BitsSet);
            to.WriteEndObject();
        });
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> elements, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T element in elements)
        {
            write(json, element);
        }

        json.WriteEndArray();
    }
}
