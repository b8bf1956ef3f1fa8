using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>A rule (TS.CREATERULE) by which a time series is downsampled into another one.</summary>
/// <param name="Aggregator">The number of the aggregator; see <see cref="AggregatorName"/>.</param>
/// <param name="BucketMilliseconds">The duration of a bucket, in milliseconds.</param>
/// <param name="AlignmentMilliseconds">A time at which a bucket begins, in milliseconds since 1970.</param>
/// <param name="LatestBucketMilliseconds">The beginning of the bucket that has no sample in the other series yet.</param>
/// <param name="Integers">What the server has counted in the latest bucket: by aggregator, the number or a timestamp of samples.</param>
/// <param name="Numbers">What the server has calculated in the latest bucket: by aggregator, sums or extremes.</param>
public sealed record TimeSeriesRule(
    byte Aggregator,
    ulong BucketMilliseconds,
    ulong AlignmentMilliseconds,
    ulong LatestBucketMilliseconds,
    IReadOnlyList<ulong> Integers,
    IReadOnlyList<double> Numbers)
{
    private static readonly string[] Names =
        ["none", "sum", "min", "max", "count", "first", "last", "avg", "range", "std.p", "std.s", "var.p", "var.s"];

    /// <summary>The name of the aggregator, as TS.INFO reports it; the number if it has no name.</summary>
    public string AggregatorName => StoredName.Of(Aggregator, Names);

    /// <summary>Returns the beginning of the bucket of a time; 0 for a bucket that begins before 1970.</summary>
    internal ulong BucketBegin(ulong time)
    {
        if (BucketMilliseconds == 0)
        {
            return time;
        }

        ulong offset = AlignmentMilliseconds % BucketMilliseconds;
        return time < offset ? 0 : time - ((time - offset) % BucketMilliseconds);
    }

    /// <summary>Reads the value of a rule; null if the bytes have not exactly the length that their counts require.</summary>
    public static TimeSeriesRule? Read(ReadOnlySpan<byte> value)
    {
        var reader = new BigEndianReader(value);
        if (!reader.TryRead8(out byte aggregator)
            || !reader.TryRead64(out ulong bucket)
            || !reader.TryRead64(out ulong alignment)
            || !reader.TryRead64(out ulong latest)
            || !reader.TryRead8(out byte integerCount)
            || !reader.TryRead8(out byte numberCount)
            || reader.Rest.Length != (integerCount + numberCount) * sizeof(ulong))
        {
            return null;
        }

        ulong[] integers = new ulong[integerCount];
        foreach (ref ulong integer in integers.AsSpan())
        {
            _ = reader.TryRead64(out integer);
        }

        double[] numbers = new double[numberCount];
        foreach (ref double number in numbers.AsSpan())
        {
            _ = reader.TryReadDouble(out number);
        }

        return new TimeSeriesRule(aggregator, bucket, alignment, latest, integers, numbers);
    }
}
