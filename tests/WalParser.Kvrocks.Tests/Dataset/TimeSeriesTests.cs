using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Fixtures;

namespace WalParser.Kvrocks.Tests.Dataset;

public class TimeSeriesTests
{
    public static IEnumerable<object[]> Scenarios => FullState.With("timeseries");

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Samples_are_those_that_TS_RANGE_returned(string scenario)
    {
        foreach ((JsonElement server, KeyspaceKey ours) in await FullState.ReadAsync(scenario, "timeseries"))
        {
            Assert.Equal(
                server.GetProperty("ts").EnumerateArray()
                    .Select(sample => new TimeSeriesSample(sample[0].GetUInt64(), sample[1].GetDouble())),
                ours.TimeSeriesSamples());
            Assert.True(ours.IsComplete);
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Labels_rules_and_settings_are_those_that_TS_INFO_returned(string scenario)
    {
        foreach ((JsonElement server, KeyspaceKey ours) in await FullState.ReadAsync(scenario, "timeseries"))
        {
            JsonElement[] info = [.. server.GetProperty("ts_info").EnumerateArray()];
            Dictionary<string, JsonElement> fields = info.Chunk(2).ToDictionary(pair => pair[0].GetString()!, pair => pair[1]);
            Assert.True(ours.Metadata.TryReadTimeSeries(out TimeSeriesMetadata series));
            Assert.Equal(fields["retentionTime"].GetUInt64(), series.RetentionMilliseconds);
            Assert.Equal(fields["chunkSize"].GetUInt64(), series.ChunkSize);
            Assert.Equal(fields["chunkCount"].GetUInt64(), ours.Metadata.Size);
            Assert.Equal(fields["chunkType"].GetString(), series.ChunkTypeName);
            Assert.Equal(fields["duplicatePolicy"].GetString(), series.DuplicatePolicyName);
            Assert.Equal(fields["sourceKey"].GetString() ?? "", Encoding.UTF8.GetString(series.SourceKey));
            Assert.Equal(
                fields["labels"].EnumerateArray().Select(label => $"{label[0]}={label[1]}"),
                ours.TimeSeriesLabels().Select(label => $"{Text(label.Key)}={Text(label.Value)}"));
            Assert.Equal(
                fields["rules"].EnumerateArray().Select(rule => $"{rule[0]} {rule[1]} {rule[2]} {rule[3]}"),
                ours.TimeSeriesRules().Select(rule =>
                    $"{Text(rule.Key)} {rule.Value.BucketMilliseconds} {rule.Value.AggregatorName} {rule.Value.AlignmentMilliseconds}"));
        }
    }

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 1, 15, false)]
    [InlineData(0, 1, 16, true)]
    [InlineData(0, 1, 40, true)]
    [InlineData(0, 0x8000_0000, 16, false)]
    [InlineData(0, uint.MaxValue, 16, false)]
    [InlineData(1, 1, 16, false)]
    [InlineData(0x8000_0000, 0, 0, true)]
    public void A_chunk_has_the_samples_that_its_bytes_suffice_for(uint flags, uint count, int size, bool isRead)
    {
        byte[] chunk = new byte[8 + size];
        BinaryPrimitives.WriteUInt32BigEndian(chunk, flags);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4), count);
        Assert.Equal(isRead, TimeSeriesChunk.TryRead(chunk, out TimeSeriesChunk read));
        Assert.Equal(isRead ? (int)count : 0, read.Count);
    }

    [Fact]
    public void A_rule_has_exactly_the_length_that_its_counts_require()
    {
        byte[] rule =
            [7, .. MadeBatch.BigEndian(1000), .. MadeBatch.BigEndian(5), .. MadeBatch.BigEndian(2000), 1, 0, .. MadeBatch.BigEndian(3)];
        TimeSeriesRule read = TimeSeriesRule.Read(rule)!;
        Assert.Equal(("avg", 1000ul), (read.AggregatorName, read.BucketMilliseconds));
        Assert.Equal((5ul, 2000ul), (read.AlignmentMilliseconds, read.LatestBucketMilliseconds));
        Assert.Equal([3ul], read.Integers);
        Assert.Null(TimeSeriesRule.Read(rule.AsSpan(1)));
        Assert.Null(TimeSeriesRule.Read([.. rule, 0]));
        rule[0] = 200;
        Assert.Equal("200", TimeSeriesRule.Read(rule)!.AggregatorName);
    }

    /// <summary>
    /// Samples that are older than the last one by more than the retention time are left out, as in rangeCommon of Kvrocks.
    /// </summary>
    [Fact]
    public void Old_samples_are_left_out()
    {
        byte[] body = [.. MadeBatch.BigEndian(50), .. MadeBatch.BigEndian(1024), 0, 0, 0, 0, 0, 0, .. MadeBatch.BigEndian(0)];
        byte[] chunk = [0, 0, 0, 0, 0, 0, 0, 3, .. Sample(100, 1), .. Sample(150, double.NaN), .. Sample(200, 3)];
        var keyspace = new Keyspace();
        var batch = new Batches.WriteBatch(MadeBatch.Of(
            (MadeBatch.Put, 0, [.. MadeBatch.Subkey("k", 7, ""), 0, .. MadeBatch.BigEndian(100)], chunk),
            (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "k"), MadeBatch.Metadata(13, 7, 1, body))));
        keyspace.Apply(ref batch);
        Assert.Equal([150ul, 200ul], keyspace.Keys.Single().TimeSeriesSamples().Select(sample => sample.Timestamp));

        static byte[] Sample(ulong timestamp, double value) => [.. BitConverter.GetBytes(timestamp), .. BitConverter.GetBytes(value)];
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
