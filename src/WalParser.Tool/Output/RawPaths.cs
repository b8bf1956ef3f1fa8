using System.Globalization;
using System.Text;

namespace WalParser.Tool.Output;

/// <summary>
/// The paths of the command line that are not UTF-8 and were opened by a descriptor. In all output, the path as it was given takes the
/// place of the descriptor, which means nothing to the user.
/// </summary>
internal static class RawPaths
{
    private static readonly List<(string Opened, string Shown)> Known = [];

    /// <summary>Adds a path.</summary>
    /// <param name="opened">The path by which .NET opens it.</param>
    /// <param name="given">The path as it was given. A byte that is not part of UTF-8 is shown as <c>\xff</c>.</param>
    public static void Add(string opened, ReadOnlySpan<byte> given)
    {
        var shown = new StringBuilder(given.Length + 16);
        while (!given.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(given, out Rune character, out int length) == System.Buffers.OperationStatus.Done)
            {
                shown.Append(character);
            }
            else
            {
                foreach (byte value in given[..length])
                {
                    shown.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
                }
            }

            given = given[length..];
        }

        Known.Add((opened, shown.ToString()));
    }

    /// <summary>Returns a text with the paths as they were given.</summary>
    public static string Restore(string text)
    {
        foreach ((string opened, string shown) in Known)
        {
            for (int at = text.IndexOf(opened, StringComparison.Ordinal);
                at >= 0;
                at = text.IndexOf(opened, at + 1, StringComparison.Ordinal))
            {
                int end = at + opened.Length;
                if (end == text.Length || !char.IsAsciiDigit(text[end]))
                {
                    text = string.Concat(text.AsSpan(0, at), shown, text.AsSpan(end));
                }
            }
        }

        return text;
    }
}
