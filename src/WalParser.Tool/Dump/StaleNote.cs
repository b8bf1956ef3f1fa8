using System.Globalization;
using WalParser.Framing;

namespace WalParser.Tool.Dump;

/// <summary>Describes for people what is left of the earlier use of a recycled log.</summary>
internal static class StaleNote
{
    /// <summary>Describes an old record.</summary>
    public static string Of(OldRecord old) => string.Create(
        CultureInfo.InvariantCulture, $"offset {old.Offset}: record of log {old.LogNumber}, from the recycled log's earlier use");
}
