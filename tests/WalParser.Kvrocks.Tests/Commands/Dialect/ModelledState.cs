using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Commands.Model;

namespace WalParser.Kvrocks.Tests.Commands.Dialect;

/// <summary>Writes a key of the model, and a key of a log, as the same line of text if they are equal.</summary>
internal static class ModelledState
{
    /// <summary>Returns a line for each key of the model.</summary>
    public static SortedSet<string> Of(KvrocksModel model) =>
        new(model.Keys.Select(key => $"{key.Key} {LineOf(key.Value)}"), StringComparer.Ordinal);

    /// <summary>Returns a line for each key of a log that the commands for Kvrocks create, of the types that the model has.</summary>
    public static SortedSet<string> Of(IEnumerable<KeyspaceKey> keys) => new(
        from key in keys
        where key.ExistsAt(DateTimeOffset.UnixEpoch)
        let line = LineOf(key)
        where line is not null
        select $"{ModelKey.Latin(key.UserKey.ToArray())} {line}",
        StringComparer.Ordinal);

    private static string LineOf(object value) => value switch
    {
        KvrocksBitmap bitmap => $"bitmap {Convert.ToHexString(bitmap.ToRedis())}",
        KvrocksHyperLogLog log => $"hyperloglog {Convert.ToHexString(log.Registers)}",
        SortedSet<ulong> numbers => $"sortedint {string.Join(' ', numbers)}",
        List<double> buffer => $"t-digest {Joined(buffer)}",
        string[] filter => $"bloom {string.Join(' ', filter)}",
        KvrocksTimeSeries series =>
            $"series {string.Join(' ', series.Options)} from '{series.Source}' to {string.Join(", ", series.Rules)}: "
            + SamplesLine(series.Samples),
        _ => throw new InvalidOperationException(value.GetType().Name),
    };

    private static string? LineOf(KeyspaceKey key) => key.Type switch
    {
        KvrocksType.Bitmap => $"bitmap {Convert.ToHexString(key.ToBitmap()!)}",
        KvrocksType.HyperLogLog => $"hyperloglog {Convert.ToHexString(RegistersOf(key.ToHyperLogLogRegisters()!))}",
        KvrocksType.SortedInt => $"sortedint {string.Join(' ', key.SortedInts())}",
        KvrocksType.BloomFilter => BloomLine(key.Metadata),
        KvrocksType.TDigest => DigestLine(key),
        KvrocksType.TimeSeries => SeriesLine(key),
        _ => null,
    };

    private static byte[] RegistersOf(byte[] dense) =>
        [.. Enumerable.Range(0, 1 << 14).Select(i => (byte)Enumerable.Range(0, 6).Sum(bit => BitAt(dense, (i * 6) + bit) << bit))];

    private static int BitAt(byte[] bytes, int bit) => (bytes[bit / 8] >> (bit % 8)) & 1;

    private static string? BloomLine(KvrocksMetadata metadata) =>
        metadata.Size > 0 || !metadata.TryReadBloomFilter(out BloomFilterMetadata filter) ? null
        : string.Create(CultureInfo.InvariantCulture, $"bloom {filter.ErrorRate:R} {filter.BaseCapacity} ")
            + (filter.Expansion == 0 ? "NONSCALING" : $"EXPANSION {filter.Expansion}");

    private static string? DigestLine(KeyspaceKey key)
    {
        Assert.True(key.Metadata.TryReadTDigest(out TDigestMetadata digest));
        if (digest.MergedNodes > 0 || digest.Merges > 0)
        {
            return null;
        }

        byte[] buffer = key.TryGetElement([0], out ReadOnlyMemory<byte> stored) ? stored.ToArray() : [];
        return $"t-digest {Joined(buffer.Chunk(8).Select(Sortable))}";
    }

    private static double Sortable(byte[] bytes)
    {
        ulong bits = BitConverter.ToUInt64([.. bytes.Reverse()]);
        return BitConverter.UInt64BitsToDouble((bits >> 63) != 0 ? bits & ~(1UL << 63) : ~bits);
    }

    private static string SeriesLine(KeyspaceKey key)
    {
        SortedDictionary<ulong, double> samples = [];
        List<string> labels = [];
        SortedDictionary<string, string> rules = new(StringComparer.Ordinal);
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> value) in key.Elements)
        {
            string name = ModelKey.Latin(subkey[1..].ToArray());
            switch (subkey.Span[0])
            {
                case 0:
                    // Flags and the number of samples, then timestamps and values as they are in memory; unused bytes may follow.
                    int count = BinaryPrimitives.ReadInt32BigEndian(value.Span[4..]);
                    foreach (byte[] sample in value.Slice(8, count * 16).ToArray().Chunk(16))
                    {
                        samples[BitConverter.ToUInt64(sample)] = BitConverter.ToDouble(sample, 8);
                    }

                    break;
                case 1:
                    labels.AddRange([name, ModelKey.Latin(value.ToArray())]);
                    break;
                default:
                    TimeSeriesRule rule = TimeSeriesRule.Read(value.Span)!;
                    rules[name] = $"{rule.AggregatorName} {rule.BucketMilliseconds}"
                        + (rule.AlignmentMilliseconds == 0 ? "" : $" {rule.AlignmentMilliseconds}");
                    break;
            }
        }

        Assert.True(key.Metadata.TryReadTimeSeries(out TimeSeriesMetadata series));
        string options = $"RETENTION {series.RetentionMilliseconds} ENCODING {series.ChunkTypeName} CHUNK_SIZE {series.ChunkSize} "
            + $"DUPLICATE_POLICY {series.DuplicatePolicyName}" + (labels.Count > 0 ? $" LABELS {string.Join(' ', labels)}" : "");
        return $"series {options} from '{Encoding.Latin1.GetString(series.SourceKey)}' to {string.Join(", ", rules)}: {SamplesLine(samples)}";
    }

    private static string SamplesLine(SortedDictionary<ulong, double> samples) =>
        string.Join(' ', samples.Select(sample => string.Create(CultureInfo.InvariantCulture, $"{sample.Key}={sample.Value:R}")));

    private static string Joined(IEnumerable<double> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
}
