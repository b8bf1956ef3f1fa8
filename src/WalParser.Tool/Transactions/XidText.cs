using System.Text;
using WalParser.Tool.Output;

namespace WalParser.Tool.Transactions;

/// <summary>A transaction's name for people: text where it is printable, else hex. A long one is cut.</summary>
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
