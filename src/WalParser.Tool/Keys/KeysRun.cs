using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary>Builds a keyspace from WALs and writes its keys.</summary>
internal sealed class KeysRun(ToolConsole console, DatabaseBatches batches)
{
    private readonly Keyspace _keyspace = new(batches.Keyspace);
    private bool _isDamaged;

    /// <summary>Whether the WALs show the database from its beginning without a gap, so that every element is known.</summary>
    public bool IsWhole => !batches.BeginsLater && !batches.HasGap && !_isDamaged;

    /// <summary>
    /// Applies the WALs and returns the exit code. Damage is reported on standard error, and the batches after it are applied.
    /// </summary>
    public async Task<int> ReadAsync()
    {
        while (await batches.MoveNextAsync())
        {
            if (batches.IsOfState)
            {
                WriteBatch batch = batches.Batch;
                _keyspace.Apply(ref batch);
                _isDamaged |= batch.Finding is not null;
            }
        }

        KeyspaceReport.Write(console, _keyspace);
        if (batches.BeginsLater)
        {
            long incomplete = _keyspace.Keys.LongCount(key => !key.IsComplete);
            if (incomplete > 0)
            {
                console.Say(ReportText.Count(incomplete, "key", "keys")
                    + " may be incomplete, because the logs begin later than the database");
            }
        }

        return _keyspace.UndecodableCount > 0 ? Math.Max(batches.ExitCode, ExitCode.Damage) : batches.ExitCode;
    }

    /// <summary>Writes the keys, ordered by namespace and key in byte order.</summary>
    public void Write(IKeyWriter writer, ReadOnlyMemory<byte>? ns, DateTimeOffset now)
    {
        foreach (KeyspaceKey key in Select(ns, now))
        {
            writer.Write(key);
        }
    }

    /// <summary>Returns the keys that exist at a time, ordered by namespace and key in byte order.</summary>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="now">The time.</param>
    public KeyspaceKey[] Select(ReadOnlyMemory<byte>? ns, DateTimeOffset now)
    {
        KeyspaceKey[] keys =
        [
            .. _keyspace.Keys
                .Where(key => key.ExistsAt(now) && (ns is not { } wanted || key.Namespace.Span.SequenceEqual(wanted.Span))),
        ];
        Array.Sort(keys, (x, y) =>
        {
            int order = x.Namespace.Span.SequenceCompareTo(y.Namespace.Span);
            return order != 0 ? order : x.UserKey.Span.SequenceCompareTo(y.UserKey.Span);
        });
        return keys;
    }
}
