namespace WalParser.Fuzz.Engine;

/// <summary>
/// A process died while it ran an input, or had to be ended. There is no stack that shows where, so that only the input distinguishes one
/// such finding from another.
/// </summary>
/// <param name="kind">The kind of failure, used in the name of the finding.</param>
/// <param name="message">A description.</param>
internal sealed class LostProcessException(string kind, string message) : Exception(message)
{
    /// <summary>An earlier process died without an exception.</summary>
    public static LostProcessException Died() => new("died", "an earlier process died while it ran this input");

    /// <summary>An execution takes too long in code that is not instrumented, in which no steps are counted.</summary>
    public static LostProcessException TimedOut() => new("timeout", "an execution took too long");

    public string Kind => kind;
}
