using System.Text;
using WalParser.Tool.Output;

namespace WalParser.Tool.Transactions;

/// <summary>Formats the name of a transaction for people: as text if it is printable, or else as hex. A long name is cut.</summary>
internal static class XidText
{
    private const int LongestShown = 256;

    public static string Of(ReadOnlySpan<byte> xid)
    {
        ReadOnlySpan<byte> shown = ByteText.Shorten(xid, LongestShown);
        string text = ByteText.IsText(shown) ? Encoding.UTF8.GetString(shown) : ByteText.HexPrefix + Convert.ToHexStringLower(shown);
        return shown.Length < xid.Length ? text + "..." : text;
    }
}
