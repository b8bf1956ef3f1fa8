using WalParser.Framing;
using WalParser.Recovery;
using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDb.Tests.Databases;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>The result of RocksDB's recovery of a copy.</summary>
internal static class TheirRecovery
{
    /// <summary>Opens a copy of a folder.</summary>
    public static OpenedDatabase Open(RocksDbChild child, Recipe recipe, string folder, WalRecoveryMode mode, string options = "")
    {
        using ScratchFolder copy = ScratchFolder.CopyOf(folder);
        Answer answer = child.Ask(recipe.Ask(RequestKind.Open, copy.Path, $"wal_recovery_mode=k{mode};{options}"));
        return answer switch
        {
            { Kind: AnswerKind.Loops } => new OpenedDatabase(RecoveryOutcome.Loops, ""),
            { Kind: AnswerKind.Crashes } => new OpenedDatabase(RecoveryOutcome.Crashes, answer.Message),
            { Response: { Error: { } error } } =>
                new OpenedDatabase(RecoveryOutcome.Refuses, error.Replace(copy.Path, "", StringComparison.Ordinal)),
            { Response: { } response } => new OpenedDatabase(RecoveryOutcome.Opens, "")
            {
                LastSequence = response.LastSequence,
                Prepared = response.Prepared,
                Families = [.. response.Families.OrderBy(family => family.Id)],
            },
            _ => throw new InvalidDataException("The answer has no response."),
        };
    }
}
