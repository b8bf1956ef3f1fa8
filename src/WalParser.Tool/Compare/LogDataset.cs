using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Compare;

/// <summary>Reads WALs to the dataset that they build up.</summary>
internal sealed class LogDataset(ToolConsole console, DatabaseBatches batches)
{
    private bool _hasGap;

    public Keyspace Keyspace { get; } = new(batches.Keyspace);

    /// <summary>Whether the WALs show the database from its beginning without a gap.</summary>
    public bool IsWhole => !batches.BeginsLater && !_hasGap && Keyspace.OrphanCount + Keyspace.DroppedOrphanCount == 0;

    /// <summary>Whether no batch was read.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The exit code that follows from what was read.</summary>
    public int ExitCode => Keyspace.UndecodableCount > 0 ? Math.Max(batches.ExitCode, Tool.ExitCode.Damage) : batches.ExitCode;

    /// <summary>Applies the batches of the state that was asked for.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (await batches.MoveNextAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            IsEmpty = false;
            _hasGap |= batches.SequenceFindings.Any(finding => finding.Missing > 0);

            if (batches.IsOfState)
            {
                WriteBatch batch = batches.Batch;
                Keyspace.Apply(ref batch);
                _hasGap |= batch.Finding is not null;
            }
        }

        Report("could not be decoded as Kvrocks's and had no effect", "operation", Keyspace.UndecodableCount);
        Report("belong to keys whose metadata is not in these logs", "element", Keyspace.OrphanCount + Keyspace.DroppedOrphanCount);
    }

    private void Report(string what, string thing, long count)
    {
        if (count > 0)
        {
            console.Say($"{ReportText.Count(count, thing)} {what}");
        }
    }
}
