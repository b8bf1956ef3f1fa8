namespace WalParser.Kvrocks.Elements;

/// <summary>
/// A t-digest, with the answers that a server gives from it. Before it answers, a server merges the buffer into the centroids; so does
/// <see cref="Merged"/>.
/// </summary>
/// <param name="compression">The compression.</param>
/// <param name="centroids">The centroids, by mean.</param>
/// <param name="buffer">The values that are not merged yet, in the order in which they were added.</param>
/// <param name="minimum">The stored minimum.</param>
/// <param name="maximum">The stored maximum.</param>
public sealed class TDigest(
    uint compression, IReadOnlyList<TDigestCentroid> centroids, IReadOnlyList<double> buffer, double minimum, double maximum)
{
    private TDigest? _merged;

    /// <summary>The compression.</summary>
    public uint Compression { get; } = compression;

    /// <summary>The centroids as they are stored, by mean.</summary>
    public IReadOnlyList<TDigestCentroid> Centroids { get; } = centroids;

    /// <summary>The values that are not merged into the centroids yet, in the order in which they were added.</summary>
    public IReadOnlyList<double> Buffer { get; } = buffer;

    /// <summary>The least value; NaN if there are no values.</summary>
    public double Minimum => IsEmpty ? double.NaN : Buffer.Count == 0 ? minimum : Math.Min(minimum, Buffer.Min());

    /// <summary>The greatest value; NaN if there are no values.</summary>
    public double Maximum => IsEmpty ? double.NaN : Buffer.Count == 0 ? maximum : Math.Max(maximum, Buffer.Max());

    /// <summary>The number of values.</summary>
    public double TotalWeight => Centroids.Sum(centroid => centroid.Weight) + Buffer.Count;

    /// <summary>The t-digest after the buffer was merged into the centroids; this one if the buffer is empty.</summary>
    public TDigest Merged => Buffer.Count == 0 ? this : _merged ??= Merge();

    private bool IsEmpty => Centroids.Count == 0 && Buffer.Count == 0;

    /// <summary>
    /// Returns the value below which a part of the values lies, as TDIGEST.QUANTILE does: a linear interpolation between the centers of the
    /// centroids. (Outside the outermost centers, where some servers answer with an error or with the center, it is between the center and
    /// the minimum or maximum.)
    /// </summary>
    /// <param name="quantile">The part of the values, from 0 to 1.</param>
    /// <returns>NaN if there are no values, or <paramref name="quantile"/> is not between 0 and 1.</returns>
    public double Quantile(double quantile)
    {
        if (!(quantile is >= 0 and <= 1) || IsEmpty)
        {
            return double.NaN;
        }

        if (Merged != this)
        {
            return Merged.Quantile(quantile);
        }

        double total = TotalWeight;
        double index = quantile * total;
        return index <= 1 ? Minimum
            : index >= total - 1 ? Maximum
            : Interpolate(index);
    }

    private TDigest Merge() => new(
        Compression,
        TDigestMerger.Merge(Compression, Centroids, Centroids.Sum(centroid => centroid.Weight), Buffer),
        [],
        Minimum,
        Maximum);

    private double Interpolate(double index)
    {
        int current = 0;
        double weightSum = Centroids[0].Weight;
        while (!(index <= weightSum) && current + 1 < Centroids.Count)
        {
            current++;
            weightSum += Centroids[current].Weight;
        }

        TDigestCentroid centroid = Centroids[current];
        double fromCenter = index + (centroid.Weight / 2) - weightSum;
        if (centroid.Weight == 1 && Math.Abs(fromCenter) < 0.5)
        {
            return centroid.Mean;
        }

        if (fromCenter > 0)
        {
            return current + 1 < Centroids.Count
                ? Between(centroid, Centroids[current + 1], fromCenter)
                : Lerp(centroid.Mean, Maximum, fromCenter / (centroid.Weight / 2));
        }

        return current > 0
            ? Between(Centroids[current - 1], centroid, fromCenter + (Centroids[current - 1].Weight / 2) + (centroid.Weight / 2))
            : Lerp(Minimum, centroid.Mean, index / (centroid.Weight / 2));
    }

    private static double Between(TDigestCentroid left, TDigestCentroid right, double fromLeft) =>
        Lerp(left.Mean, right.Mean, fromLeft / ((left.Weight / 2) + (right.Weight / 2)));

    private static double Lerp(double from, double to, double part) => from + (part * (to - from));
}
