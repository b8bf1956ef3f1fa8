using System.Text;
using WalParser.Kvrocks.Comparison;
using WalParser.Tool.Output;

namespace WalParser.Tool.Compare;

/// <summary>Says where a comparison stopped, and how to continue it.</summary>
internal static class ResumeHint
{
    private const int LongestShown = 64;

    public static string Of(ComparisonResult result)
    {
        if (result.LastCompared is not { } last)
        {
            return "stopped before the first key was compared";
        }

        string options = $"--after {Argument(last.Key.Span)} --after-namespace {Argument(last.Namespace.Span)}";
        string stopped = result.AreKeysDone ? "stopped while the server's keys were listed" : "stopped";
        string next = result.AreKeysDone ? $"with {options}, only the list begins again" : $"continue with {options}";
        return $"{stopped}; the last compared key is {Shown(last.Key.Span)}; {next}";
    }

    private static string Shown(ReadOnlySpan<byte> bytes) =>
        ByteText.IsText(bytes) && bytes.Length <= LongestShown ? Encoding.UTF8.GetString(bytes) : Argument(bytes);

    /// <summary>Returns bytes as the argument of an option, in a form that no shell changes.</summary>
    private static string Argument(ReadOnlySpan<byte> bytes)
    {
        bool isPlain = !bytes.IsEmpty && bytes[0] != '-' && ByteText.IsText(bytes);
        foreach (byte one in bytes)
        {
            isPlain &= char.IsAsciiLetterOrDigit((char)one) || one is (byte)'_' or (byte)'-' or (byte)':' or (byte)'.' or (byte)'/';
        }

        return isPlain ? Encoding.ASCII.GetString(bytes) : ByteText.HexPrefix + Convert.ToHexStringLower(bytes);
    }
}
