using System.CommandLine;
using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.CommandLine;

/// <summary>The option <c>--target</c>: the kind of server that commands are for.</summary>
internal static class TargetOption
{
    private static readonly string[] Names = ["redis", "kvrocks"];

    public static Option<CommandTarget> Create() => new("--target")
    {
        Description =
            "The server that the commands are for: redis, or kvrocks, which keeps the types sortedint and bitmap. [default: redis]",
        HelpName = "SERVER",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<CommandTarget>()),
    };
}
