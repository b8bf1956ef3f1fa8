using System.Globalization;
using WalParser.Framing;

namespace WalParser.Tool.Dump;

/// <summary>What people are told of a recycled log's earlier life.</summary>
internal static class StaleNote
{
    /// <summary>Of a corruption that looks stale.</summary>
    public const string Perhaps = "perhaps left over from the recycled log's earlier life";

    /// <summary>Of an old record.</summary>
    public static string Of(OldRecord old) => string.Create(
        CultureInfo.InvariantCulture, $"offset {old.Offset:N0}: record of log {old.LogNumber}, the recycled log's earlier life");
}
