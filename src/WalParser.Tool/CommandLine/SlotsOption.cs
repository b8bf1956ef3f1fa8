using System.CommandLine;
using WalParser.Kvrocks.Keys;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--slots</c>.</summary>
internal static class SlotsOption
{
    private static readonly string[] Names = ["auto", "off", "on"];

    /// <summary>Creates the option that says whether Kvrocks's keys contain their cluster slot.</summary>
    public static Option<SlotEncoding> Create() => new("--slots")
    {
        Description =
            "Whether Kvrocks's keys contain their cluster slot (cluster-enabled): on, off or auto, which detects it from the keys. "
            + "[default: auto]",
        HelpName = "WHEN",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<SlotEncoding>()),
    };
}
