using System.Globalization;

namespace WalParser.Tool.Output;

/// <summary>How scores are written: the shortest decimal number that is that double, and "inf", "-inf" and "nan" as Redis has them.</summary>
internal static class ScoreText
{
    public static string Of(double score) =>
        double.IsPositiveInfinity(score) ? "inf"
        : double.IsNegativeInfinity(score) ? "-inf"
        : double.IsNaN(score) ? "nan"
        : score.ToString("R", CultureInfo.InvariantCulture);
}
