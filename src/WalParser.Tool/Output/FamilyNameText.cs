using System.Text.Unicode;

namespace WalParser.Tool.Output;

/// <summary>
/// The names of column families as text without loss. RocksDB takes any bytes for a name: one that is not UTF-8 is shown as
/// <c>hex:…</c>, as keys are, and so is one that begins with <c>hex:</c> itself, so that the form is unambiguous.
/// </summary>
internal static class FamilyNameText
{
    /// <summary>Returns the name of a column family, with its characters as they are.</summary>
    /// <param name="name">The name as text.</param>
    /// <param name="bytes">The bytes of the name.</param>
    public static string Of(string name, ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) && !name.StartsWith(ByteText.HexPrefix, StringComparison.Ordinal)
            ? name
            : ByteText.HexPrefix + Convert.ToHexStringLower(bytes);
}
