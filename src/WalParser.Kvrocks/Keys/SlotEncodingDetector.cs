using WalParser.Batches;

namespace WalParser.Kvrocks.Keys;

/// <summary>
/// Detects whether keys contain their cluster slot. Each key counts as one vote: either the two bytes after the namespace are the slot of
/// the rest of the key, or they are not. By chance, one key in 65,536 looks as if it contained a slot, so the majority decides. After
/// <see cref="VotesNeeded"/> votes the verdict no longer changes. Not thread-safe.
/// </summary>
public sealed class SlotEncodingDetector
{
    /// <summary>The number of votes after which the verdict no longer changes.</summary>
    public const int VotesNeeded = 64;

    private int _for;
    private int _against;

    /// <summary>The majority of the votes so far; <see cref="SlotEncoding.Unknown"/> before the first vote.</summary>
    public SlotEncoding Verdict => _for + _against == 0 ? SlotEncoding.Unknown : _for > _against ? SlotEncoding.On : SlotEncoding.Off;

    /// <summary>Whether the verdict is final.</summary>
    public bool IsSettled => _for + _against >= VotesNeeded;

    /// <summary>Counts the keys of a batch, until <see cref="IsSettled"/> is true. The batch is not changed.</summary>
    public void Process(WriteBatch batch, KvrocksColumnFamilies families)
    {
        if (IsSettled)
        {
            return;
        }

        foreach (WriteBatchOperation operation in batch)
        {
            Process(operation, families);
        }
    }

    /// <summary>Counts the key of an operation if it is a key or subkey of the dataset.</summary>
    public void Process(in WriteBatchOperation operation, KvrocksColumnFamilies families)
    {
        ArgumentNullException.ThrowIfNull(families);

        // The bounds of a deleted range need not be keys that exist.
        if (operation.HasKey && operation.Type != OperationType.DeleteRange)
        {
            Process(families[operation.ColumnFamily], operation.Key);
        }
    }

    /// <summary>Counts a key of a column family. Keys of column families that do not store the dataset are ignored.</summary>
    public void Process(KvrocksColumnFamily family, ReadOnlySpan<byte> key)
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
