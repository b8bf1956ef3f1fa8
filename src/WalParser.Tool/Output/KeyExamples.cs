using System.Text;

namespace WalParser.Tool.Output;

/// <summary>How messages about several keys name their type and the first few.</summary>
internal static class KeyExamples
{
    // How many bytes of an example are shown.
    private const int LongestText = 64;
    private const int LongestHex = 32;

    /// <summary>Returns the name of a type with the word "type". The name of an unknown type contains the word already.</summary>
    public static string TypeOf(string name) => name.StartsWith("type ", StringComparison.Ordinal) ? name : "type " + name;

    /// <summary>Returns the examples after a colon, with dots if there are more keys; nothing if there are none.</summary>
    public static string Of(IReadOnlyList<ReadOnlyMemory<byte>> examples, long count)
    {
        string shown = string.Join(", ", examples.Select(key => Shown(key.Span)));
        return shown.Length == 0 ? "" : $": {shown}{(count > examples.Count ? ", ..." : "")}";
    }

    /// <summary>Returns the beginning of a name, as text or as hex.</summary>
    public static string Shown(ReadOnlySpan<byte> key) => ByteText.IsText(key)
        ? Encoding.UTF8.GetString(ByteText.Shorten(key, LongestText))
        : ByteText.HexPrefix + Convert.ToHexStringLower(key[..Math.Min(key.Length, LongestHex)]);
}
