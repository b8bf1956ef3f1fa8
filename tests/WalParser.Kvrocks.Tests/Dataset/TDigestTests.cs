using System.Globalization;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Dataset;

public class TDigestTests
{
    public static IEnumerable<object[]> Scenarios => FullState.With("TDIS-TYPE");

    /// <summary>The state has the answers of TDIGEST.MIN, MAX, QUANTILE 0.1 0.5 0.9 and INFO.</summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Answers_are_those_of_the_server(string scenario)
    {
        foreach ((JsonElement server, KeyspaceKey ours) in await FullState.ReadAsync(scenario, "TDIS-TYPE"))
        {
            JsonElement answers = server.GetProperty("td");
            TDigest digest = ours.ToTDigest()!;
            Assert.Equal(Number(answers[0]), digest.Minimum);
            Assert.Equal(Number(answers[1]), digest.Maximum);
            Assert.Equal(
                answers[2].EnumerateArray().Select(Number),
                ((double[])[0.1, 0.5, 0.9]).Select(digest.Quantile));
            var info = answers[3].EnumerateArray().Chunk(2).ToDictionary(pair => pair[0].GetString()!, pair => pair[1].GetUInt64());
            Assert.True(ours.Metadata.TryReadTDigest(out TDigestMetadata metadata));
            Assert.Equal((info["Compression"], info["Capacity"]), (metadata.Compression, metadata.Capacity));
            Assert.Equal((info["Merged nodes"], info["Unmerged nodes"]), ((ulong)digest.Centroids.Count, (ulong)digest.Buffer.Count));
            Assert.Equal(info["Observations"], metadata.Observations);
            Assert.True(ours.IsComplete);
        }
    }

    /// <summary>Wherever a server merged a buffer, its centroids are those that our merge of the state before gives.</summary>
    [Fact]
    public async Task The_buffer_is_merged_as_the_server_merged_it()
    {
        int merges = 0;
        foreach (string state in TestFiles.Named("state.json"))
        {
            var keyspace = new Keyspace();
            foreach (byte[] payload in await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state)))
            {
                Dictionary<string, TDigest> before = keyspace.Keys
                    .Where(key => key.Type == KvrocksType.TDigest)
                    .ToDictionary(NameOf, key => key.ToTDigest()!);
                var batch = new WriteBatch(payload);
                foreach (KeyChange change in keyspace.ApplyWithChanges(ref batch).Keys)
                {
                    if (change.Key is { } key
                        && before.TryGetValue(NameOf(key), out TDigest? old)
                        && old.Buffer.Count > 0
                        && key.ToTDigest() is { Buffer.Count: 0 } merged
                        && merged.TotalWeight == old.TotalWeight)
                    {
                        Assert.Equal(merged.Centroids, old.Merged.Centroids);
                        Assert.Equal((merged.Minimum, merged.Maximum), (old.Minimum, old.Maximum));
                        Assert.Equal(merged.Quantile(0.3), old.Quantile(0.3));
                        merges++;
                    }
                }
            }
        }

        Assert.True(merges > 0);
    }

    [Fact]
    public void Quantiles_of_a_few_values_are_the_values()
    {
        var digest = new TDigest(100, [], [3, 1, 2], 1, 3);
        Assert.Equal([1.0, 2.0, 3.0], ((double[])[0, 0.5, 1]).Select(digest.Quantile));
        Assert.Equal(double.NaN, digest.Quantile(-0.1));
        Assert.Equal(double.NaN, digest.Quantile(double.NaN));
        Assert.Equal(double.NaN, new TDigest(100, [], [], 0, 0).Quantile(0.5));
    }

    /// <summary>Nothing that can be stored prevents an answer.</summary>
    [Theory]
    [InlineData(0, double.NaN, double.NaN)]
    [InlineData(uint.MaxValue, double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(1, 0, -1)]
    public void Impossible_numbers_are_no_obstacle(uint compression, double mean, double weight)
    {
        var digest = new TDigest(compression, [new(mean, weight), new(0, weight)], [double.NaN, mean, 1], mean, weight);
        Assert.InRange(digest.Merged.Centroids.Count, 1, 5);
        foreach (double quantile in (double[])[0, 0.001, 0.5, 0.999, 1])
        {
            _ = digest.Quantile(quantile);
        }
    }

    private static string NameOf(KeyspaceKey key) => Convert.ToHexString(key.StoredKey.Span);

    private static double Number(JsonElement text) =>
        text.GetString() == "nan" ? double.NaN : double.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
