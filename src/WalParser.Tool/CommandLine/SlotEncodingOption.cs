using System.CommandLine;
using WalParser.Kvrocks.Keys;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--slot-encoding</c>.</summary>
internal static class SlotEncodingOption
{
    private static readonly string[] Names = ["auto", "off", "on"];

    /// <summary>Creates the option that says whether Kvrocks's keys contain their cluster slot.</summary>
    public static Option<SlotEncoding> Create() => new("--slot-encoding")
    {
        Description =
            "Whether Kvrocks's keys contain their cluster slot (cluster-enabled): on, off or auto, which detects it from the keys. "
            + "[default: auto]",
        HelpName = "WHEN",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<SlotEncoding>()),
    };
}
