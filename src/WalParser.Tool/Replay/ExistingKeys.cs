using System.CommandLine;
using WalParser.Tool.CommandLine;

namespace WalParser.Tool.Replay;

/// <summary>What a replay does with the keys that are in its databases before its first write.</summary>
internal enum ExistingKeys
{
    /// <summary>It does not begin.</summary>
    Fail,

    /// <summary>It deletes them.</summary>
    Flush,

    /// <summary>It keeps them, and writes to them.</summary>
    Merge,
}

/// <summary>Creates the option <c>--existing</c>.</summary>
internal static class ExistingKeysOption
{
    private static readonly string[] Names = ["fail", "flush", "merge"];

    public static Option<ExistingKeys> Create() => new("--existing")
    {
        Description =
            "What to do if the databases that are written have keys, and neither a checkpoint nor --from-sequence says that they are of "
            + "an earlier replay: fail, before anything is written; flush, which deletes them; or merge, which keeps them and writes to "
            + "them, so that lists double. [default: fail]",
        HelpName = "WHAT",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<ExistingKeys>()),
    };
}
