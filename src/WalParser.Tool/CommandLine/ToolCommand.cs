using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>A command with something to say that is too long for the list of commands.</summary>
internal sealed class ToolCommand(string name, string description, string notes) : Command(name, description)
{
    /// <summary>What its help ends with: what is good to know, and examples.</summary>
    public string Notes { get; } = notes;

    /// <summary>Adds options, in the order in which the help shows them.</summary>
    public void AddAll(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            Add(option);
        }
    }
}
