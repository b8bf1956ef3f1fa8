using System.CommandLine;
using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--target</c>.</summary>
internal static class TargetOption
{
    private static readonly string[] Names = ["redis", "kvrocks"];

    /// <summary>Creates the option that names the kind of server that commands are for.</summary>
    /// <param name="byDefault">What the command takes without the option.</param>
    public static Option<CommandTarget> Create(string byDefault = "redis") => new("--target")
    {
        Description =
            "The server that the commands are for: redis, or kvrocks, which keeps all types. "
            + $"[default: {byDefault}]",
        HelpName = "SERVER",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<CommandTarget>()),
    };
}
