using WalParser.Findings;

namespace WalParser.Tool.Output;

/// <summary>
/// Collects what to do next from the findings that a command shows: one line for each advice, in every command alike. Advice to run the
/// command that is running already is left out.
/// </summary>
/// <param name="ownCommand">The words with which an advice names this command; null if none does.</param>
internal sealed class NextLines(string? ownCommand = null)
{
    private readonly List<string> _advice = [];

    /// <summary>The lines, in the order in which the findings were added.</summary>
    public IEnumerable<string> All => _advice.Select(advice => "next: " + advice);

    /// <summary>Adds the advice of a finding. Notes have none that is urgent.</summary>
    public void Add(Finding finding)
    {
        if (finding.Severity != FindingSeverity.Note
            && finding.Advice is { } advice
            && !_advice.Contains(advice)
            && (ownCommand is null || !advice.Contains(ownCommand, StringComparison.Ordinal)))
        {
            _advice.Add(advice);
        }
    }

    /// <summary>Writes the lines to standard error.</summary>
    public void SayAll(ToolConsole console)
    {
        foreach (string line in All)
        {
            console.Say(line);
        }
    }
}
