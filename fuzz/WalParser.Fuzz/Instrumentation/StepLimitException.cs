namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// Ends an execution that takes more steps than its limit: an endless loop, or one that takes far too long. It is thrown again at each
/// further step, so that no exception handler in the fuzzed code can suppress it.
/// </summary>
/// <param name="steps">The number of steps that were taken.</param>
public sealed class StepLimitException(long steps) : Exception($"more than {steps - 1} steps")
{
    /// <summary>
    /// The methods that are on the stack whenever the limit is reached, the innermost first: the methods around the loop. Empty if they are
    /// unknown.
    /// </summary>
    public string Place { get; internal set; } = "";
}
