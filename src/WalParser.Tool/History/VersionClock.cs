using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.History;

/// <summary>
/// Derives times from the versions of keys, which a server makes from its clock when it creates a key. A WAL contains no other times.
/// </summary>
/// <remarks>
/// A batch is not older than any version in it or before it, because a version is made before it is written. It is not younger than a
/// version that a later batch made, except for the time that the command that made the version took, while other commands may have written.
/// A batch does not show which versions it made and which it only repeats (the version of an old key, or one that RENAME and COPY keep): a
/// version that is not greater than all versions before it is a repetition. At the start of a WAL that does not begin with the database
/// there are no versions before it. There, only a key whose elements are all written in the batch counts, and the first such key is
/// ignored, because it may be the copy of a key that is older than the WAL.
/// </remarks>
internal sealed class VersionClock
{
    private bool _hasBegun;
    private bool _isReliable;
    private ulong _newest;

    /// <summary>The newest version so far; null if there is none.</summary>
    public KvrocksVersion? Newest => _newest == 0 ? null : new KvrocksVersion(_newest);

    /// <summary>Whether the WALs begin with the first batch of the database.</summary>
    public bool BeginsWithDatabase { get; private set; }

    /// <summary>
    /// Processes the changes of a batch. Returns a version that the batch made and that is newer than all batches before it, or null.
    /// </summary>
    public KvrocksVersion? ProcessBatch(ulong sequence, BatchChanges changes)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            BeginsWithDatabase = sequence <= 1;
            _isReliable = BeginsWithDatabase;
        }

        ulong made = ulong.MaxValue;
        ulong newest = _newest;
        foreach (KeyChange change in changes.Keys)
        {
            if (change.MetadataAfter is { } after
                && KvrocksMetadata.TryRead(after.Span, out KvrocksMetadata metadata, out _)
                && metadata.HasVersion
                && metadata.Version.Value > _newest)
            {
                newest = Math.Max(newest, metadata.Version.Value);
                if (BeginsWithDatabase || IsWhole(change, metadata))
                {
                    made = Math.Min(made, metadata.Version.Value);
                }
            }
        }

        _newest = newest;
        bool isUsable = made != ulong.MaxValue && _isReliable;
        _isReliable |= made != ulong.MaxValue;
        return isUsable ? new KvrocksVersion(made) : null;
    }

    /// <summary>Returns true if the batch wrote all elements that the metadata counts.</summary>
    private static bool IsWhole(KeyChange change, in KvrocksMetadata metadata) =>
        metadata.Type.CountsElements
        && metadata.Size > 0
        && (ulong)change.Written.Count(subkey => subkey.Before is null && subkey.After is not null) >= metadata.Size;
}
