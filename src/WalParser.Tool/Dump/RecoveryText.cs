using System.Globalization;
using WalParser.Recovery;
using WalParser.Tool.CommandLine;

namespace WalParser.Tool.Dump;

/// <summary>Describes the result of recovery for people.</summary>
internal static class RecoveryText
{
    /// <summary>Returns one line with the mode, the release, the outcome, and the last sequence number or the reason.</summary>
    public static string Of(RecoveryResult result)
    {
        string rules = string.Create(
            CultureInfo.InvariantCulture, $"recovery in mode {RecoveryModeOption.NameOf(result.Mode)}, RocksDB {(int)result.Release}");
        return result.Outcome switch
        {
            RecoveryOutcome.Opens => string.Create(
                CultureInfo.InvariantCulture, $"{rules}: opens, with the last sequence number {result.LastSequence}"),
            RecoveryOutcome.Loops => $"{rules}: loops forever: {result.Reason}",
            _ => $"{rules}: {OutcomeOf(result)}: {result.Reason}",
        };
    }

    /// <summary>Returns the name of the outcome in JSON.</summary>
    public static string OutcomeOf(RecoveryResult result) => result.Outcome switch
    {
        RecoveryOutcome.Opens => "opens",
        RecoveryOutcome.Refuses => "refuses",
        RecoveryOutcome.Loops => "loops",
        _ => "crashes",
    };
}
