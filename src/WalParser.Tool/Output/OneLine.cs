namespace WalParser.Tool.Output;

/// <summary>Text that stays in its line, whatever a file's name brings along.</summary>
internal static class OneLine
{
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
