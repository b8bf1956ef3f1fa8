using System.Globalization;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Tool.Keys;

/// <summary>Formats the state of a Bloom filter for people.</summary>
internal static class BloomText
{
    /// <summary>Returns the probability that an item that was not added is taken for one that was.</summary>
    public static string RateOf(KeyspaceKey filter) => string.Create(
        CultureInfo.InvariantCulture, $"false-positive rate {filter.BloomFalsePositiveRate().GetValueOrDefault():G3}");
}
