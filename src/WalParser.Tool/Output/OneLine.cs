namespace WalParser.Tool.Output;

/// <summary>Keeps text, such as a file name, on one line.</summary>
internal static class OneLine
{
    /// <inheritdoc cref="ShownText.Of"/>
    public static string Of(string text) => ShownText.Of(text);
}
