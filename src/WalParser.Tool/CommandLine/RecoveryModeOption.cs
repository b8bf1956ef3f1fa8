using System.CommandLine;
using WalParser.Framing;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--mode</c>.</summary>
internal static class RecoveryModeOption
{
    private static readonly string[] Names = ["tolerate-tail", "absolute", "point-in-time", "skip-corrupt"];

    /// <summary>Returns the name of a mode, as it is given to the option.</summary>
    public static string NameOf(WalRecoveryMode mode) => Names[(int)mode];

    /// <summary>Creates the option that names a recovery mode of RocksDB.</summary>
    /// <param name="description">The help text: what the command uses the mode for.</param>
    public static Option<WalRecoveryMode> Create(string description) => new("--mode")
    {
        Description = "A recovery mode of RocksDB. " + description,
        HelpName = "MODE",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<WalRecoveryMode>()),
    };
}
