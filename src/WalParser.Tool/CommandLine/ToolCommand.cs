using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>A command whose help ends with notes.</summary>
internal sealed class ToolCommand(string name, string description, string notes) : Command(name, description)
{
    /// <summary>The notes: explanations and examples.</summary>
    public string Notes { get; } = notes;

    /// <summary>Adds options in the order in which the help lists them.</summary>
    public void AddAll(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            Add(option);
        }
    }
}
