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

    /// <summary>Applies the batches of the state that was asked for.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (await batches.MoveNextAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            IsEmpty = false;

            if (batches.IsOfState)
            {
                WriteBatch batch = batches.Batch;
                Keyspace.Apply(ref batch);
                _isDamaged |= batch.Finding is not null;
            }
        }

        KeyspaceReport.Write(console, Keyspace);
    }
}
