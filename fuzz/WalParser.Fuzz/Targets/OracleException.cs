namespace WalParser.Fuzz.Targets;

/// <summary>A violation of a rule of the oracle by the fuzzed code.</summary>
/// <param name="rule">The rule that was violated, in a few words. Failures of one rule are one finding.</param>
/// <param name="message">The details.</param>
internal sealed class OracleException(string rule, string message) : Exception($"{rule}: {message}")
{
    public string Rule { get; } = rule;
}
