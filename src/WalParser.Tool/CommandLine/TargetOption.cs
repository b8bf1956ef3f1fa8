using System.CommandLine;
using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--target</c>.</summary>
internal static class TargetOption
{
    private static readonly string[] Names = ["redis", "kvrocks"];

    /// <summary>Creates the option that names the kind of server that commands are for.</summary>
    public static Option<CommandTarget> Create() => new("--target")
    {
        Description =
            "The server that the commands are for: redis, or kvrocks, which keeps the types sortedint and bitmap. [default: redis]",
        HelpName = "SERVER",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<CommandTarget>()),
    };
}
