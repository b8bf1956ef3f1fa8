using System.Globalization;

namespace WalParser.Tool.Output;

/// <summary>Formats scores.</summary>
internal static class ScoreText
{
    /// <summary>Returns the shortest decimal number that parses to the score, or "inf", "-inf" or "nan", as in Redis.</summary>
    public static string Of(double score) =>
        double.IsPositiveInfinity(score) ? "inf"
        : double.IsNegativeInfinity(score) ? "-inf"
        : double.IsNaN(score) ? "nan"
        : score.ToString("R", CultureInfo.InvariantCulture);
}
