using System.Globalization;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>The values of time series, t-digests and Bloom filters, for the questions that the comparison asks the server.</summary>
internal static class SketchValues
{
    /// <summary>The filters are asked for the numbers below this one.</summary>
    public const int BloomItems = 1000;

    public static IReadOnlyList<double> Quantiles { get; } = [0, 0.01, 0.25, 0.5, 0.75, 0.99, 1];

    /// <summary>Returns the values that the logs have of a key; none for other types.</summary>
    public static IReadOnlyList<double> Of(KeyspaceKey key)
    {
        switch (key.Type)
        {
            case KvrocksType.TimeSeries:
                return [.. key.TimeSeriesSamples().SelectMany(sample => (double[])[sample.Timestamp, sample.Value])];
            case KvrocksType.TDigest:
                TDigest digest = key.ToTDigest()!;
                return [digest.Minimum, digest.Maximum, .. Quantiles.Select(digest.Quantile)];
            case KvrocksType.BloomFilter:
                return [.. Enumerable.Range(0, BloomItems).Select(item => key.BloomMayContain(Text(item)) == true ? 1.0 : 0.0)];
            default:
                return [];
        }
    }

    /// <summary>Returns the values as text for a comparison and a message.</summary>
    public static string Shown(IReadOnlyList<double>? values) =>
        string.Join(' ', (values ?? []).Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    private static byte[] Text(int item) => System.Text.Encoding.ASCII.GetBytes(item.ToString(CultureInfo.InvariantCulture));
}
