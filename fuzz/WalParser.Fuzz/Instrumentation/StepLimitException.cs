namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// Ends an execution that takes more steps than its input is worth: a loop that does not end, or takes far too long. It is thrown again at every
/// step, so that no handler on the way keeps it.
/// </summary>
/// <param name="steps">How many steps were taken.</param>
public sealed class StepLimitException(long steps) : Exception($"more than {steps - 1} steps")
{
    /// <summary>The methods that are on the stack whenever the limit is reached, from the innermost of them: those around the loop. Empty if that is not known.</summary>
    public string Place { get; internal set; } = "";
}
