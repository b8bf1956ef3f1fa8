using System.Text;
using System.Text.RegularExpressions;

namespace WalParser.Databases;

/// <summary>
/// Recognizes text, which a log never is: the header of each of its fragments contains control characters. The texts that RocksDB writes
/// are distinguished.
/// </summary>
internal static partial class PlainText
{
    private const int ShortText = 512;

    /// <summary>Returns the format of a text, or null if the samples of the file are not text.</summary>
    /// <param name="name">The name of the file.</param>
    /// <param name="first">The first bytes of the file.</param>
    /// <param name="last">The last bytes of the file; empty if they are not known.</param>
    public static (FileFormat Format, string Description)? Recognize(string name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        bool isWide = first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || first.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (first.IsEmpty || (!isWide && !(IsText(first) && IsText(last))))
        {
            return null;
        }

        string text = isWide ? "" : Encoding.UTF8.GetString(first[..Math.Min(first.Length, ShortText)]);
        FileFormat format = CurrentPattern().IsMatch(text) ? FileFormat.Current
            : IdentityPattern().IsMatch(text) ? FileFormat.Identity
            : text.Contains("This is a RocksDB option file", StringComparison.Ordinal) ? FileFormat.Options
            : InfoLogPattern().IsMatch(text) ? FileFormat.InfoLog
            : FileNames.FormatOf(name);
        return format is FileFormat.Current or FileFormat.Identity or FileFormat.Options or FileFormat.InfoLog
            ? (format, FileNames.DescriptionOf(format))
            : (FileFormat.Foreign, isWide ? "a text file (UTF-16)" : "a text file");
    }

    /// <summary>
    /// Returns whether bytes are UTF-8 with no control characters but those of text. A character may be cut off at either end.
    /// </summary>
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && (bytes[0] & 0xC0) == 0x80)
        {
            bytes = bytes[1..];
        }

        while (!bytes.IsEmpty)
        {
            int plain = bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            if (plain < 0)
            {
                return true;
            }

            bytes = bytes[plain..];
            if (bytes[0] is (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B)
            {
                bytes = bytes[1..];
                continue;
            }

            switch (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length))
            {
                case System.Buffers.OperationStatus.Done when !Rune.IsControl(rune):
                    bytes = bytes[length..];
                    break;
                case System.Buffers.OperationStatus.NeedMoreData when bytes.Length < 4:
                    return true;
                default:
                    return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"^MANIFEST-[0-9]+\n?$", RegexOptions.CultureInvariant)]
    private static partial Regex CurrentPattern();

    [GeneratedRegex(@"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\n?$", RegexOptions.CultureInvariant)]
    private static partial Regex IdentityPattern();

    [GeneratedRegex(@"^[0-9]{4}/[0-9]{2}/[0-9]{2}-[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ [0-9a-f]+ ", RegexOptions.CultureInvariant)]
    private static partial Regex InfoLogPattern();
}
