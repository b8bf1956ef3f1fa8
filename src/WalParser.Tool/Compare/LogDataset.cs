using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Compare;

/// <summary>Reads WALs to the dataset that they build up.</summary>
internal sealed class LogDataset(ToolConsole console, DatabaseBatches batches)
{
    private bool _isDamaged;

    public Keyspace Keyspace { get; } = new(batches.Keyspace);

    /// <summary>Whether the WALs show the database from its beginning without a gap.</summary>
    public bool IsWhole => !batches.BeginsLater && !batches.HasGap && !_isDamaged && Keyspace.OrphanCount + Keyspace.DroppedOrphanCount == 0;

    /// <summary>Whether no batch was read.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The exit code that follows from what was read.</summary>
    public int ExitCode => Keyspace.UndecodableCount > 0 ? Math.Max(batches.ExitCode, Tool.ExitCode.Damage) : batches.ExitCode;

    /// <summary>Applies the batches that end with a sequence number or before it; all of them if it is null.</summary>
    public async Task ReadAsync(ulong? atSequence, CancellationToken cancellationToken)
    {
        while (await batches.MoveNextAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            IsEmpty = false;

            // A batch is applied as a whole, because a server never shows a state within a batch.
            if (batches.Next <= (atSequence ?? ulong.MaxValue - 1) + 1)
            {
                WriteBatch batch = batches.Batch;
                Keyspace.Apply(ref batch);
                _isDamaged |= batch.Finding is not null;
            }
        }

        KeyspaceReport.Write(console, Keyspace);
    }
}
