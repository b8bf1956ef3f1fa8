namespace WalParser.Fuzz.Engine;

/// <summary>
/// A process died of an input, or had to be ended because of it. There is no stack that tells where, so that only the input tells one such
/// finding from another.
/// </summary>
/// <param name="kind">What became of it, as the finding is called.</param>
/// <param name="message">The same in words.</param>
internal sealed class LostProcessException(string kind, string message) : Exception(message)
{
    /// <summary>An earlier process died without a word.</summary>
    public static LostProcessException Died() => new("died", "an earlier process died while it ran this");

    /// <summary>An execution takes too long, where no step is counted.</summary>
    public static LostProcessException TimedOut() => new("timeout", "an execution takes too long");

    public string Kind => kind;
}
