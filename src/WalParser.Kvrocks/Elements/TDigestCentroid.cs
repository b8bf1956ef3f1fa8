namespace WalParser.Kvrocks.Elements;

/// <summary>A centroid of a t-digest: values that are close to each other.</summary>
/// <param name="Mean">The mean of the values.</param>
/// <param name="Weight">The number of values.</param>
public readonly record struct TDigestCentroid(double Mean, double Weight);
