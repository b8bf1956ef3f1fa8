using System.Globalization;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Comparison;

/// <summary>Reads the ids of stream entries in replies.</summary>
internal static class StreamIds
{
    public static bool TryParse(string text, out StreamEntryId id)
    {
        id = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0
            || !ulong.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out ulong milliseconds)
            || !ulong.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence))
        {
            return false;
        }

        id = new StreamEntryId(milliseconds, sequence);
        return true;
    }

    /// <summary>Returns the start of a range after an id; that of everything if there is none.</summary>
    public static string After(StreamEntryId? last) => last is { } id ? $"({id}" : "-";
}
