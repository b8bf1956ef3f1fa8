using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the options <c>--from-sequence</c> and <c>--to-sequence</c>.</summary>
internal static class SequenceOptions
{
    /// <summary>Creates the option for the first sequence number.</summary>
    /// <param name="details">What the command does with it.</param>
    public static Option<ulong?> From(string details) => Create("--from-sequence", "Begin with this sequence number. " + details);

    /// <summary>Creates the option for the last sequence number.</summary>
    /// <param name="details">What the command does with it.</param>
    public static Option<ulong?> To(string details) => Create("--to-sequence", "End with this sequence number. " + details);

    private static Option<ulong?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };
}
