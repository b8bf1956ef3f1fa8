namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// What a batch did to one key, as a whole. A key that is created anew has another version after the batch than before: then all elements it had are
/// gone, and <see cref="Subkeys"/> are all that it has. In any other case <see cref="Subkeys"/> is the difference.
/// </summary>
public sealed class KeyChange
{
    internal KeyChange(
        ReadOnlyMemory<byte> ns,
        ReadOnlyMemory<byte> userKey,
        int firstOperation,
        ReadOnlyMemory<byte>? before,
        ReadOnlyMemory<byte>? after,
        bool isByRange,
        IReadOnlyList<SubkeyChange> subkeys,
        KeyspaceKey? key,
        SubkeyGroup? lastGroup)
    {
        Namespace = ns;
        UserKey = userKey;
        FirstOperation = firstOperation;
        MetadataBefore = before;
        MetadataAfter = after;
        IsByRange = isByRange;
        Subkeys = subkeys;
        Key = key;
        LastGroup = lastGroup;
    }

    /// <summary>The namespace.</summary>
    public ReadOnlyMemory<byte> Namespace { get; }

    /// <summary>The key as the user knows it.</summary>
    public ReadOnlyMemory<byte> UserKey { get; }

    /// <summary>Which of the batch's operations touched it first, counted from 0 over all operations, log data too.</summary>
    public int FirstOperation { get; }

    /// <summary>The metadata's value before the batch, for <see cref="Metadata.KvrocksMetadata.TryRead"/>; null if there was none, or none known.</summary>
    public ReadOnlyMemory<byte>? MetadataBefore { get; }

    /// <summary>The metadata's value after the batch; null if there is none, or none known.</summary>
    public ReadOnlyMemory<byte>? MetadataAfter { get; }

    /// <summary>Whether a range deletion (FLUSHDB, FLUSHALL, a slot that was cleared) took the key away.</summary>
    public bool IsByRange { get; }

    /// <summary>
    /// The elements of the key's life after the batch that changed, in the order in which they were first touched; if the key is gone, those of its
    /// life before. Elements of dead lives are not among them, nor is what <c>zset_score</c> says again.
    /// </summary>
    public IReadOnlyList<SubkeyChange> Subkeys { get; }

    /// <summary>The key as it is after the batch, with all its elements; null if it is gone or its metadata is not known. Valid until the next batch.</summary>
    public KeyspaceKey? Key { get; }

    /// <summary>If the key is gone: the elements that its last life had at the end of the batch. With <see cref="Subkeys"/> they say what it had before.</summary>
    internal SubkeyGroup? LastGroup { get; }
}
