using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary>Writes one line per key for people: type, key, number of elements and expiry, and the value of strings and JSON.</summary>
internal sealed class KeyText(ByteWriter output, DateTimeOffset now, bool isLogWhole) : IKeyWriter
{
    private const int TypeWidth = 11;

    private byte[]? _namespace;

    public void Write(KeyspaceKey key)
    {
        if (_namespace is null || !key.Namespace.Span.SequenceEqual(_namespace))
        {
            _namespace = key.Namespace.ToArray();
            output.Write("namespace "u8);
            ShownBytes.Write(output, _namespace);
            output.Write("\n"u8);
        }

        output.Write("  " + key.Type.Name.PadRight(TypeWidth) + " ");
        ShownBytes.Write(output, key.UserKey.Span);
        WriteContent(key);
        if (key.ExpiryMilliseconds != 0)
        {
            output.Write("  expires " + (Timestamp.OfMilliseconds(key.ExpiryMilliseconds) ?? "after the year 9999"));
        }

        if (!isLogWhole && !key.IsComplete)
        {
            output.Write("  (incomplete: older elements are not in these logs)");
        }
        else if (key.Type.CountsElements && (ulong)key.CountElements() != key.Metadata.Size)
        {
            output.Write("  (the server counts ");
            output.WriteGrouped(key.Metadata.Size);
            output.Write(")");
        }

        output.Write("\n"u8);
    }

    private void WriteContent(KeyspaceKey key)
    {
        switch (key.Type)
        {
            case KvrocksType.String:
                output.Write(" = "u8);
                ShownBytes.Write(output, key.StringValue.Span);
                break;
            case KvrocksType.Json:
                output.Write(" = "u8);
                ShownBytes.Write(output, key.ToJsonText() ?? key.JsonDocument.Span);
                break;
            case KvrocksType.HyperLogLog:
                WriteCount(HyperLogLog.Count(key.ToHyperLogLogRegisters()), "about ", "element");
                break;
            case KvrocksType.Hash:
                WriteCount((ulong)key.HashFields().LongCount(field => field.ExistsAt(now)), "", "field");
                break;
            case KvrocksType.List:
            case KvrocksType.SortedInt:
                WriteCount(CountOf(key), "", "element");
                break;
            case KvrocksType.Set:
            case KvrocksType.ZSet:
                WriteCount(CountOf(key), "", "member");
                break;
            case KvrocksType.Bitmap:
                WriteCount(key.Metadata.Size, "", "byte");
                break;
            case KvrocksType.Stream:
                WriteCount(CountOf(key), "", "entry");
                break;
            case KvrocksType.BloomFilter when key.Metadata.TryReadBloomFilter(out BloomFilterMetadata bloom):
                WriteCount(key.Metadata.Size, "", "item");
                output.Write($" of {ReportText.Grouped(bloom.Capacity)}, {BloomText.RateOf(key)}");
                break;
            case KvrocksType.TimeSeries:
                WriteTimeSeries(key);
                break;
            case KvrocksType.TDigest when key.ToTDigest() is { } digest:
                WriteCount((ulong)digest.TotalWeight, "", "value");
                output.Write($", min {ScoreText.Of(digest.Minimum)}, median {ScoreText.Of(digest.Quantile(0.5))}");
                output.Write($", max {ScoreText.Of(digest.Maximum)}");
                break;
            default:
                output.Write("  size ");
                output.WriteGrouped(key.Metadata.Size);
                break;
        }
    }

    private void WriteTimeSeries(KeyspaceKey key)
    {
        ulong count = 0;
        TimeSeriesSample last = default;
        foreach (TimeSeriesSample sample in key.TimeSeriesSamples())
        {
            count++;
            last = sample;
        }

        WriteCount(count, "", "sample");
        if (count > 0)
        {
            output.Write($", last {last.Timestamp}:{ScoreText.Of(last.Value)}");
        }

        bool isFirst = true;
        foreach ((ReadOnlyMemory<byte> label, ReadOnlyMemory<byte> value) in key.TimeSeriesLabels())
        {
            output.Write(isFirst ? ", labels "u8 : " "u8);
            isFirst = false;
            ShownBytes.Write(output, label.Span);
            output.Write("="u8);
            ShownBytes.Write(output, value.Span);
        }

        foreach ((ReadOnlyMemory<byte> other, TimeSeriesRule rule) in key.TimeSeriesRules())
        {
            output.Write($", {rule.AggregatorName} of {ReportText.Grouped(rule.BucketMilliseconds)} ms to ");
            ShownBytes.Write(output, other.Span);
        }
    }

    /// <summary>Returns the number of elements: that of the metadata if some of them are not in these logs.</summary>
    private ulong CountOf(KeyspaceKey key) => isLogWhole || key.IsComplete ? (ulong)key.CountElements() : key.Metadata.Size;

    private void WriteCount(ulong count, string before, string thing)
    {
        output.Write($"  {before}{ReportText.Count(count, thing, thing == "entry" ? "entries" : null)}");
    }
}
