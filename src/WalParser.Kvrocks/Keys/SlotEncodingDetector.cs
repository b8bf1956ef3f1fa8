using WalParser.Batches;

namespace WalParser.Kvrocks.Keys;

/// <summary>
/// Finds out whether keys carry their cluster slot. Each key votes: the two bytes behind the namespace are the slot of what
/// follows, or they are not. That a key without a slot looks as if it had one happens to one key in 65,536 by chance, so the
/// majority decides; after <see cref="VotesNeeded"/> votes the verdict stays. Not thread-safe.
/// </summary>
public sealed class SlotEncodingDetector
{
    /// <summary>How many votes settle it.</summary>
    public const int VotesNeeded = 64;

    private int _for;
    private int _against;

    /// <summary>What the keys so far say; <see cref="SlotEncoding.Unknown"/> before the first.</summary>
    public SlotEncoding Verdict => _for + _against == 0 ? SlotEncoding.Unknown : _for > _against ? SlotEncoding.On : SlotEncoding.Off;

    /// <summary>Whether more keys would not change the verdict any more.</summary>
    public bool IsSettled => _for + _against >= VotesNeeded;

    /// <summary>Takes the keys of a batch into account, until it is settled. The batch is not changed.</summary>
    public void Take(WriteBatch batch, KvrocksColumnFamilies families)
    {
        if (IsSettled)
        {
            return;
        }

        foreach (WriteBatchOperation operation in batch)
        {
            Take(operation, families);
        }
    }

    /// <summary>Takes the operation's key into account, if it is a key or subkey of the dataset.</summary>
    public void Take(in WriteBatchOperation operation, KvrocksColumnFamilies families)
    {
        ArgumentNullException.ThrowIfNull(families);

        // The ends of a range are not keys that were made.
        if (operation.HasKey && operation.Type != OperationType.DeleteRange)
        {
            Take(families[operation.ColumnFamily], operation.Key);
        }
    }

    /// <summary>Takes a key of a column family into account; one of a family without such keys says nothing.</summary>
    public void Take(KvrocksColumnFamily family, ReadOnlySpan<byte> key)
    {
        if (IsSettled)
        {
            return;
        }

        if (family == KvrocksColumnFamily.Metadata)
        {
            if (MetadataKey.TryRead(key, hasSlot: false, out _))
            {
                Vote(MetadataKey.TryRead(key, hasSlot: true, out MetadataKey slotted) && slotted.Slot == RedisSlot.Of(slotted.UserKey));
            }
        }
        else if (family.HasElements)
        {
            bool fitsWith = SubkeyKey.TryRead(key, hasSlot: true, out SubkeyKey slotted) && slotted.Slot == RedisSlot.Of(slotted.UserKey);
            bool fitsWithout = SubkeyKey.TryRead(key, hasSlot: false, out _);
            if (fitsWith != fitsWithout)
            {
                Vote(fitsWith);
            }
        }
    }

    private void Vote(bool hasSlot)
    {
        if (hasSlot)
        {
            _for++;
        }
        else
        {
            _against++;
        }
    }
}
