using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--at-sequence</c>.</summary>
internal static class AtSequenceOption
{
    /// <summary>Creates the option that chooses the state of the keys.</summary>
    public static Option<ulong?> Create() => new("--at-sequence")
    {
        Description =
            "Take the keys as they were at this sequence number: after all batches that end with it or with a smaller one. "
            + "[default: the last one]",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };
}
