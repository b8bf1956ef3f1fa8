using WalParser.Batches;
using WalParser.Databases;

namespace WalParser.Recovery;

/// <summary>
/// The inserted values that RocksDB cannot write to a table file. Recovery writes the memtables to table files at its end, unless OPTIONS
/// has <c>avoid_flush_during_recovery</c>, and refuses if that fails (<c>DBImpl::WriteLevel0TableForRecovery</c>). A value that was
/// overwritten or deleted before is not written.
/// </summary>
internal sealed class FlushedValues(DatabaseOptions? options, RecoveryTraits traits) : IComparer<(uint Family, byte[] Key)>
{
    // What is kept is bounded. Above the limits, a fault remains, even if its key is overwritten later.
    private const int MaxKeys = 4096;
    private const long MaxKeyBytes = 64 << 20;

    private SortedSet<(uint Family, byte[] Key)>? _keys;
    private long _keyBytes;
    private string? _reason;
    private bool _isFinal;

    /// <summary>The reason why the values cannot be written; null if they can, or are not written.</summary>
    public string? Fault => (_isFinal || _keys is { Count: > 0 }) && options is not { AvoidsFlushDuringRecovery: true } ? _reason : null;

    /// <summary>Processes an inserted operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="isPerBatch">
    /// Whether the database numbers by sub-batch. Such a database writes all versions of a key to the table file.
    /// </param>
    public void Process(in WriteBatchOperation operation, bool isPerBatch)
    {
        string? fault = operation.Type switch
        {
            OperationType.PutEntity when traits.ChecksEntities => ValueFault.OfEntity(operation.Value),
            OperationType.PutBlobIndex => ValueFault.OfBlobIndex(operation.Value),
            _ => null,
        };
        if (fault is not null)
        {
            Add(operation.ColumnFamily, operation.KeyWithTimestamp.ToArray(), fault);
        }
        else if (_keys is { Count: > 0 } && !isPerBatch)
        {
            Remove(operation);
        }
    }

    int IComparer<(uint Family, byte[] Key)>.Compare((uint Family, byte[] Key) x, (uint Family, byte[] Key) y) =>
        x.Family != y.Family ? x.Family.CompareTo(y.Family) : x.Key.AsSpan().SequenceCompareTo(y.Key);

    private void Add(uint family, byte[] key, string fault)
    {
        _reason ??= fault;
        _keys ??= new SortedSet<(uint Family, byte[] Key)>(this);
        if (_keys.Count == MaxKeys || key.Length > MaxKeyBytes - _keyBytes)
        {
            _isFinal = true;
        }
        else if (_keys.Add((family, key)))
        {
            _keyBytes += key.Length;
        }
    }

    private void Remove(in WriteBatchOperation operation)
    {
        // A merge does not hide the value below it: the two are merged when they are written, which fails in the same way.
        if (operation.Type == OperationType.Merge)
        {
            return;
        }

        uint family = operation.ColumnFamily;
        if (operation.Type != OperationType.DeleteRange)
        {
            Remove((family, operation.KeyWithTimestamp.ToArray()));
        }
        else if (operation.Timestamp.IsEmpty && operation.Key.SequenceCompareTo(operation.EndKey) < 0)
        {
            byte[] end = operation.EndKey.ToArray();
            foreach ((uint Family, byte[] Key) covered in _keys!.GetViewBetween((family, operation.Key.ToArray()), (family, end)).ToList())
            {
                if (!covered.Key.AsSpan().SequenceEqual(end))
                {
                    Remove(covered);
                }
            }
        }
    }

    private void Remove((uint Family, byte[] Key) entry)
    {
        if (_keys!.Remove(entry))
        {
            _keyBytes -= entry.Key.Length;
        }
    }
}
