using WalParser.Batches;
using WalParser.Files;
using WalParser.Tool.Inputs;
using WalParser.Tool.Survey;

namespace WalParser.Tool.Dump;

/// <content>A dump that goes on with what is being written.</content>
internal sealed partial class DumpRun
{
    /// <summary>Dumps a set of logs and what is written behind it, until the limit is reached or it is cancelled. Returns the exit code.</summary>
    public async Task<int> FollowAsync(WalSet set, FollowOptions options, CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Clean;
        DamageJudge? judge = null;
        long records = 0;
        SequenceNumbering numbering = default;
        await using IAsyncEnumerator<WalSetEntry> entries = set.FollowAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (_left > 0)
        {
            ValueTask<bool> next = entries.MoveNextAsync();
            if (!next.IsCompleted)
            {
                // It waits for what is not written yet; what there is so far is shown now.
                writer.Flush();
            }

            if (!await next)
            {
                break;
            }

            WalSetEntry entry = entries.Current;
            switch (entry.Kind)
            {
                case WalSetEntryKind.FileStart:
                    judge = new DamageJudge(mode);
                    records = 0;
                    WalInput input = InputOf(entry.File);
                    _filter = filter with { ColumnFamilies = choice.IdsIn(families[input]) };
                    writer.BeginFile(input, families[input]);
                    blobs?.BeginFile(input);
                    break;
                case WalSetEntryKind.FileEnd:
                    judge!.TakeEnd(entry.Log);
                    EndFollowed();
                    break;
                case WalSetEntryKind.Break:
                    Say(entry.Break.File.Name + ", " + entry.Break);
                    break;
                case WalSetEntryKind.Problem:
                    Say(entry.Problem.ToString());
                    exitCode = ExitCode.Failure;
                    break;
                default:
                    records += entry.Kind == WalSetEntryKind.Record ? 1 : 0;
                    DumpEntry(entry.Log, ref numbering, judge!);
                    break;
            }
        }

        EndFollowed();
        writer.Flush();
        return Math.Max(exitCode, blobs?.DamageCount > 0 ? ExitCode.Damage : ExitCode.Clean);

        void EndFollowed()
        {
            if (judge is not null)
            {
                writer.EndFile(records, judge.StaleTailOffset);
                exitCode = Math.Max(exitCode, judge.Damages.Count > 0 ? ExitCode.Damage : ExitCode.Clean);
                judge = null;
            }
        }

        void Say(string message)
        {
            writer.Flush();
            console.Say(message);
        }
    }

    private static WalInput InputOf(WalFile file) => file.Path is null
        ? new WalInput(file.Name, file.Name, file.Name, file.LogNumber)
        : new WalInput(file.Name, file.Path, DatabaseFolder.DatabaseOf(Path.GetDirectoryName(Path.GetFullPath(file.Path))!), file.LogNumber);
}
