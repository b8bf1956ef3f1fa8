using System.Globalization;
using WalParser.Batches;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replay;

/// <summary>Reads WALs and sends their batches until the end, a refusal, a lost connection or Ctrl-C.</summary>
internal sealed class ReplayRun(ToolConsole console, DatabaseBatches batches, Replayer replayer)
{
    /// <summary>Whether what follows a gap is sent, too.</summary>
    public bool PassesGaps { get; init; }

    /// <summary>Whether a gap was passed, so that not everything that was sent counts as applied.</summary>
    public bool HasPassedGap { get; private set; }

    /// <summary>Whether the replay has reached the end of the WALs.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether something may be missing between the batches that were read, so that they do not show the whole dataset.</summary>
    public bool HasGap { get; private set; }

    /// <summary>Replays the WALs and returns the result and the exit code.</summary>
    public async Task<(ReplayResult Result, int ExitCode)> ReplayAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (replayer.FromSequence > 0)
            {
                batches.BeginAt(replayer.FromSequence);
            }

            batches.EndSequence = replayer.ToSequence ?? batches.EndSequence;
            while (await MoveNextAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (GapInLogs.At(batches, replayer) is { } gap)
                {
                    replayer.NoteMissing(gap.First, gap.Last);
                    if (!PassesGaps && gap.First < replayer.FromSequence && replayer.FromSequence <= gap.Last)
                    {
                        return await StopAtMissingStartAsync();
                    }

                    if (!PassesGaps)
                    {
                        return await StopBeforeAsync(gap, cancellationToken);
                    }

                    console.Say($"{gap.Text}; what follows is sent nevertheless (--past-gaps)");
                    HasPassedGap = true;
                    replayer.NoteGap(isConfirmed: false);
                }
                else if (batches.IsAfterLoss)
                {
                    replayer.NoteGap(isConfirmed: true);
                }

                if (batches.IsStartMissing && !HasPassedGap)
                {
                    return await StopAtMissingStartAsync();
                }

                if (!await ReplayAsync(batches.Batch))
                {
                    return (await replayer.StopAsync(), Math.Max(batches.ExitCode, ExitCode.Damage));
                }
            }

            batches.Stop();
            if (batches.IsStartMissing && !HasPassedGap)
            {
                return await StopAtMissingStartAsync();
            }

            ReplayResult result = await replayer.CompleteAsync();
            IsComplete = true;
            bool isWhole = result.RefusalCount == 0 && result.UnconfirmedCount == 0 && !HasPassedGap;
            return (result, Math.Max(batches.ExitCode, isWhole ? ExitCode.Clean : ExitCode.Damage));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (await replayer.StopAsync(), ExitCode.Interrupted);
        }
        catch (RedisException exception)
        {
            console.Say(exception.Message);
            return (await replayer.StopAsync(), cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Failure);
        }
    }

    private async Task<(ReplayResult Result, int ExitCode)> StopAtMissingStartAsync()
    {
        console.Say("nothing was sent: the logs do not continue where the server's dataset ends");
        return (await replayer.StopAsync(), Math.Max(batches.ExitCode, ExitCode.Damage));
    }

    /// <summary>
    /// Ends the replay before a gap, with everything before it complete, and says what lies behind it. If an earlier replay has passed the
    /// gap, nothing is sent at all.
    /// </summary>
    private async Task<(ReplayResult Result, int ExitCode)> StopBeforeAsync(GapInLogs gap, CancellationToken cancellationToken)
    {
        bool isPassed = batches.Batch.Sequence < replayer.FromSequence || replayer.ToSequence is not null;
        ReplayResult result = isPassed ? await replayer.StopAsync() : await replayer.CompleteAsync();
        ulong first = batches.Batch.Sequence;
        ulong last = 0;
        long count = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            count++;
            last = Math.Max(last, batches.Next - 1);
        }
        while (await MoveNextAsync(cancellationToken));

        batches.Stop();
        console.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"stopped: {gap.Text}. {count:N0} {(count == 1 ? "batch" : "batches")} from there on, sequence numbers {first} to {last}, "
                + $"{(count == 1 ? "was" : "were")} not sent, because commands depend on what precedes them"));
        console.Say(
            "next: walparser salvage writes what can still be read into a folder; replay that folder with the same options. --past-gaps "
            + "sends what follows the gap without what is missing");
        return (result, Math.Max(batches.ExitCode, ExitCode.Damage));
    }

    /// <summary>Moves to the next batch. Cancellation ends the wait even if standard input ignores it.</summary>
    private async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        ValueTask<bool> move = batches.MoveNextAsync();
        return await (move.IsCompleted ? move : new ValueTask<bool>(move.AsTask().WaitAsync(cancellationToken)));
    }

    private ValueTask<bool> ReplayAsync(WriteBatch batch)
    {
        HasGap |= batch.Finding is not null || batches.SequenceFindings.Any(finding => finding.Missing > 0);
        return replayer.ReplayAsync(batch);
    }
}
