using System.CommandLine;
using WalParser.Tool.Output;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--namespace</c>.</summary>
internal static class NamespaceOption
{
    /// <summary>Creates the option that chooses a namespace of Kvrocks.</summary>
    /// <param name="byDefault">What the command chooses without the option.</param>
    public static Option<ReadOnlyMemory<byte>?> Create(string byDefault) => new("--namespace", "-n")
    {
        Description =
            $"Only this namespace; the default one is __namespace. Text or, written {ByteText.HexPrefix}00ff, bytes. "
            + $"[default: {byDefault}]",
        HelpName = "NS",
        CustomParser = OptionValue.ParseBytes,
    };
}
