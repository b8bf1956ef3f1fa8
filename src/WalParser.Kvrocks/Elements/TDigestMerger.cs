namespace WalParser.Kvrocks.Elements;

/// <summary>
/// Merges sorted centroids into fewer ones, as Kvrocks does (<c>src/types/tdigest.cc</c>, after Apache Arrow): a centroid grows as long as
/// it spans at most one unit of the scale function K₁, whose units are small at the ends of the distribution.
/// </summary>
internal sealed class TDigestMerger(uint compression, double totalWeight)
{
    private const uint LeastCompression = 10;

    private readonly double _norm = Math.Max(compression, LeastCompression) / (2.0 * Math.PI);
    private readonly List<TDigestCentroid> _centroids = [];
    private double _weightSoFar;

    /// <summary>The weight up to which the last centroid may grow; the first centroid is always a new one.</summary>
    private double _weightLimit = -1;

    /// <summary>Merges a buffer of values into centroids.</summary>
    /// <param name="compression">The compression of the t-digest.</param>
    /// <param name="centroids">The centroids, by mean.</param>
    /// <param name="mergedWeight">The weight of the centroids.</param>
    /// <param name="buffer">The values.</param>
    public static List<TDigestCentroid> Merge(
        uint compression, IReadOnlyList<TDigestCentroid> centroids, double mergedWeight, IReadOnlyList<double> buffer)
    {
        double[] values = [.. buffer];
        Array.Sort(values);
        var merger = new TDigestMerger(compression, mergedWeight + values.Length);
        int next = 0;
        foreach (TDigestCentroid centroid in centroids)
        {
            for (; next < values.Length && !(centroid.Mean < values[next]); next++)
            {
                merger.Add(new TDigestCentroid(values[next], 1));
            }

            merger.Add(centroid);
        }

        for (; next < values.Length; next++)
        {
            merger.Add(new TDigestCentroid(values[next], 1));
        }

        return merger._centroids;
    }

    private void Add(TDigestCentroid centroid)
    {
        double weight = _weightSoFar + centroid.Weight;
        if (weight <= _weightLimit && _centroids.Count > 0)
        {
            TDigestCentroid last = _centroids[^1];
            double sum = last.Weight + centroid.Weight;
            _centroids[^1] = new TDigestCentroid(last.Mean + ((centroid.Mean - last.Mean) * centroid.Weight / sum), sum);
        }
        else
        {
            double limit = totalWeight * QuantileAt(UnitsOf(_weightSoFar / totalWeight) + 1);
            _weightLimit = limit <= _weightLimit ? totalWeight : limit;
            _centroids.Add(centroid);
        }

        _weightSoFar = weight;
    }

    private double UnitsOf(double quantile) => _norm * Math.Asin((2 * quantile) - 1);

    private double QuantileAt(double units) => (Math.Sin(units / _norm) + 1) / 2;
}
