namespace WalParser.Fuzz.Targets;

/// <summary>What an oracle holds against the code under test.</summary>
/// <param name="rule">The rule that was broken, in a few words; findings of one rule and place are one finding.</param>
/// <param name="message">What was found.</param>
internal sealed class OracleException(string rule, string message) : Exception($"{rule}: {message}")
{
    public string Rule { get; } = rule;
}
