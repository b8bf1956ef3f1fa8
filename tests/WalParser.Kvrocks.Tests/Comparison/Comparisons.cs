using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>Runs comparisons of datasets with servers.</summary>
internal static class Comparisons
{
    /// <summary>Returns the dataset of batches.</summary>
    public static Keyspace KeyspaceOf(IEnumerable<byte[]> batches)
    {
        var keyspace = new Keyspace();
        foreach (byte[] payload in batches)
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
        }

        return keyspace;
    }

    /// <summary>Returns the options for one namespace.</summary>
    public static ComparisonOptions Of(string ns) => new() { Namespaces = [(ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(ns)] };

    /// <summary>Returns whether a namespace of a dataset has keys of other types than some.</summary>
    public static bool HasTypesBeside(string[] types, Keyspace keyspace, string ns) => keyspace.Keys.Any(
        key => Encoding.UTF8.GetString(key.Namespace.Span) == ns && key.ExistsAt(DateTimeOffset.UtcNow) && !types.Contains(key.Type.Name));

    /// <summary>Compares to the end; returns the differences and the result.</summary>
    public static async Task<(List<KeyDifference> Differences, ComparisonResult Result)> RunAsync(
        RedisEndpoint endpoint, Keyspace keyspace, ComparisonOptions options)
    {
        await using DatasetComparer comparer = await DatasetComparer.ConnectAsync(endpoint, keyspace, options);
        List<KeyDifference> differences = [];
        await foreach (KeyDifference difference in comparer.CompareAsync())
        {
            differences.Add(difference);
        }

        Assert.True(comparer.Result.IsComplete);
        Assert.Equal(
            comparer.Result.KeyCount,
            comparer.Result.EqualCount + comparer.Result.MissingCount + comparer.Result.DifferentCount + comparer.Result.ExpiredCount
                + comparer.Result.SkippedCount + comparer.Result.Uncompared
                    .Where(entry => entry.Reason is not (UncomparedReason.OtherNamespace or UncomparedReason.UnknownToLogs))
                    .Sum(entry => entry.Count));
        return (differences, comparer.Result);
    }

    /// <summary>Returns differences as lines: the kind, the key, and each part with its name and both sides.</summary>
    public static string[] Lines(IEnumerable<KeyDifference> differences) =>
    [
        .. differences.Select(difference => string.Join(
            ' ', [$"{difference.Kind} {Text(difference.Key)}", .. difference.Parts.Select(Line)])),
    ];

    private static string Line(PartDifference part) =>
        $"[{part.Part}{(part.Group is { } group ? " of " + Text(group) : "")}"
        + $"{(part.Name.IsEmpty ? "" : " " + Text(part.Name))}: {Text(part.Logs)} | {Text(part.Server)}]";

    private static string Text(ComparedValue? value) => value is null ? "none" : Text(value.Bytes);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
