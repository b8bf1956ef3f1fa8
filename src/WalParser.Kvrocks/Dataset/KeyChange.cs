namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// The change that a batch, as a whole, made to one key. A key that was created anew has another version after the batch than before: then
/// none of its old elements exist, and <see cref="Subkeys"/> are all of its elements. Otherwise <see cref="Subkeys"/> is the difference.
/// </summary>
public sealed class KeyChange
{
    private readonly Func<IReadOnlyList<SubkeyChange>> _findSubkeys;
    private IReadOnlyList<SubkeyChange>? _subkeys;

    internal KeyChange(
        ReadOnlyMemory<byte> ns,
        ReadOnlyMemory<byte> userKey,
        int firstOperation,
        ReadOnlyMemory<byte>? before,
        ReadOnlyMemory<byte>? after,
        bool isByRange,
        IReadOnlyList<SubkeyChange> written,
        int returnedCount,
        Func<IReadOnlyList<SubkeyChange>> findSubkeys,
        KeyspaceKey? key,
        SubkeyGroup? lastGroup)
    {
        Namespace = ns;
        UserKey = userKey;
        FirstOperation = firstOperation;
        MetadataBefore = before;
        MetadataAfter = after;
        IsByRange = isByRange;
        Written = written;
        ReturnedCount = returnedCount;
        _subkeys = returnedCount == 0 ? written : null;
        _findSubkeys = findSubkeys;
        Key = key;
        LastGroup = lastGroup;
    }

    /// <summary>The namespace.</summary>
    public ReadOnlyMemory<byte> Namespace { get; }

    /// <summary>The key as the user knows it.</summary>
    public ReadOnlyMemory<byte> UserKey { get; }

    /// <summary>
    /// The index of the first operation in the batch that touched the key, from 0; all operations count, log data included.
    /// </summary>
    public int FirstOperation { get; }

    /// <summary>
    /// The value of the metadata before the batch, for <see cref="Metadata.KvrocksMetadata.TryRead"/>; null if the key did not exist or is
    /// not known.
    /// </summary>
    public ReadOnlyMemory<byte>? MetadataBefore { get; }

    /// <summary>The value of the metadata after the batch; null if the key does not exist or is not known.</summary>
    public ReadOnlyMemory<byte>? MetadataAfter { get; }

    /// <summary>Whether a range deletion (FLUSHDB, FLUSHALL, the clearing of a slot) deleted the key.</summary>
    public bool IsByRange { get; }

    /// <summary>
    /// The changed elements of the version that the key has after the batch, in the order in which they were first touched; for a deleted
    /// key, those of the version before. Elements of other versions are left out, as are the copies in <c>zset_score</c>. If RENAME or COPY
    /// has brought a version back, the elements that lay there come after those that the batch wrote; read the list before the next batch.
    /// </summary>
    public IReadOnlyList<SubkeyChange> Subkeys => _subkeys ??= _findSubkeys();

    /// <summary>
    /// The key after the batch, with all its elements; null if it was deleted or its metadata is not known. Valid until the next batch.
    /// </summary>
    public KeyspaceKey? Key { get; }

    /// <summary>The changes that the batch wrote: <see cref="Subkeys"/> without the elements that lay there.</summary>
    internal IReadOnlyList<SubkeyChange> Written { get; }

    /// <summary>The number of elements that lay under a version which has come back to the key, and that the batch did not write.</summary>
    internal int ReturnedCount { get; }

    /// <summary>Whether there are such elements.</summary>
    internal bool HasReturned => ReturnedCount > 0;

    /// <summary>
    /// The elements that the last version of a deleted key had at the end of the batch. With <see cref="Subkeys"/>, they show the elements
    /// before the batch.
    /// </summary>
    internal SubkeyGroup? LastGroup { get; }
}
