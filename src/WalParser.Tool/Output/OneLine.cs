namespace WalParser.Tool.Output;

/// <summary>Keeps text, such as a file name, on one line.</summary>
internal static class OneLine
{
    /// <summary>Returns the text with a question mark in place of each control character.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
