using System.Globalization;

namespace WalParser.Kvrocks.Tests.Commands.Dialect;

/// <summary>
/// A time series of Kvrocks (<c>src/commands/cmd_timeseries.cc</c>, <c>src/types/redis_timeseries.cc</c>). It is not downsampled by rules:
/// the commands under test contain those samples, too.
/// </summary>
internal sealed class KvrocksTimeSeries
{
    public SortedDictionary<ulong, double> Samples { get; init; } = [];

    /// <summary>The options of TS.CREATE, and after LABELS the labels and their values.</summary>
    public required string[] Options { get; init; }

    public string Source { get; set; } = "";

    /// <summary>
    /// The rules: the aggregator, the duration of a bucket and, unless it is 0, the alignment, by the key of the other series.
    /// </summary>
    public SortedDictionary<string, string> Rules { get; init; } = new(StringComparer.Ordinal);

    public KvrocksTimeSeries Clone() => new()
    {
        Options = Options,
        Source = Source,
        Samples = new SortedDictionary<ulong, double>(Samples),
        Rules = new SortedDictionary<string, string>(Rules, StringComparer.Ordinal),
    };

    public void Add(string time, string value)
    {
        ulong at = ulong.Parse(time, NumberStyles.None, CultureInfo.InvariantCulture);
        ulong retention = ulong.Parse(Options[1], NumberStyles.None, CultureInfo.InvariantCulture);
        ulong last = Samples.Count == 0 ? 0 : Samples.Keys.Last();
        Assert.True(retention == 0 || last <= retention || at >= last - retention, "Timestamp is older than retention");
        Samples[at] = Number(value);
    }

    public void Delete(string from, string to)
    {
        ulong first = ulong.Parse(from, NumberStyles.None, CultureInfo.InvariantCulture);
        ulong last = ulong.Parse(to, NumberStyles.None, CultureInfo.InvariantCulture);
        foreach (ulong at in Samples.Keys.Where(at => at >= first && at <= last).ToList())
        {
            Samples.Remove(at);
        }
    }

    /// <summary>Returns what strtod reads.</summary>
    public static double Number(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
