using WalParser.Coding;

namespace WalParser.Recovery;

/// <summary>
/// The transactions that are prepared and neither committed nor rolled back so far (<c>DBImpl::recovered_transactions_</c>), with their
/// sections by sequence number.
/// </summary>
internal sealed class RecoveredTransactions
{
    /// <summary>The limit of the memory for the operations of sections, in bytes. Above it, only their counts are kept.</summary>
    private const long MaxHeldBytes = 256L << 20;

    // SetName accepts a name of 1 to 512 bytes (PessimisticTransaction::SetName).
    private const int MaxNameLength = 512;

    private readonly Dictionary<byte[], SortedDictionary<ulong, RecoveredSection>> _sections = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], SortedDictionary<ulong, RecoveredSection>>.AlternateLookup<ReadOnlySpan<byte>> _byName;
    private long _heldBytes;

    public RecoveredTransactions() => _byName = _sections.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>
    /// The number of sections of transactions that were not prepared. RocksDB rolls them back, which takes a number for each
    /// (<c>WriteUnpreparedTxnDB::RollbackRecoveredTransaction</c>).
    /// </summary>
    public ulong UnpreparedSections => (ulong)_sections.Values.Where(IsUnprepared).Sum(sections => (long)sections.Count);

    /// <summary>Returns whether the operations of a section may be kept.</summary>
    public bool CanHold(int bytes) => bytes <= MaxHeldBytes - _heldBytes;

    /// <summary>Adds a section to the transaction with a name. A section that began with the same number is replaced.</summary>
    public void Add(ReadOnlySpan<byte> name, ulong sequence, RecoveredSection section)
    {
        if (!_byName.TryGetValue(name, out SortedDictionary<ulong, RecoveredSection>? sections))
        {
            _byName[name] = sections = [];
        }

        if (sections.TryGetValue(sequence, out RecoveredSection? replaced))
        {
            Release(replaced);
        }

        sections[sequence] = section;
        _heldBytes += section.Operations?.Length ?? 0;
    }

    /// <summary>Returns the first section of a transaction; null if the transaction is unknown.</summary>
    public RecoveredSection? FindFirst(ReadOnlySpan<byte> name) =>
        _byName.TryGetValue(name, out SortedDictionary<ulong, RecoveredSection>? sections) ? sections.First().Value : null;

    /// <summary>Removes a transaction, if it is known.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        if (_byName.Remove(name, out _, out SortedDictionary<ulong, RecoveredSection>? sections))
        {
            foreach (RecoveredSection section in sections.Values)
            {
                Release(section);
            }
        }
    }

    /// <summary>
    /// Returns the fault with which RocksDB fails to rebuild the transactions that are left prepared
    /// (<c>PessimisticTransactionDB::Initialize</c>); null if there is none.
    /// </summary>
    public InsertFault? FindFault()
    {
        foreach ((byte[] name, SortedDictionary<ulong, RecoveredSection> sections) in _sections)
        {
            RecoveredSection first = sections.First().Value;
            if (IsUnprepared(sections))
            {
                continue;
            }

            if (name.Length is 0 or > MaxNameLength)
            {
                return new InsertFault(InsertFaultKind.Damage, "Transaction name length must be between 1 and 512 chars.");
            }

            if (first.HasNoBatch)
            {
                return new InsertFault(InsertFaultKind.Crash, "a transaction is left prepared whose section ended and did not begin");
            }

            if (first.HasRangeDeletion)
            {
                return new InsertFault(InsertFaultKind.Damage, "DeleteRangeCF not implemented");
            }
        }

        return null;
    }

    private static bool IsUnprepared(SortedDictionary<ulong, RecoveredSection> sections) => sections.Last().Value.IsUnprepared;

    private void Release(RecoveredSection section) => _heldBytes -= section.Operations?.Length ?? 0;
}
