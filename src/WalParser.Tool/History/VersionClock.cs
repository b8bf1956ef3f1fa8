using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.History;

/// <summary>
/// Tells the time by the only clock that a log has: the versions of keys, which a server makes from its clock when it creates a key.
/// </summary>
/// <remarks>
/// A batch is not older than any version in it or before it: a version is made before it is written. It is not younger than a version that a batch behind it
/// made, but for the time that the command took which made it, while others may have written. Which versions a batch made, and which it only repeats (an old
/// key's, or what RENAME and COPY carry over), does not show by itself: what is not greater than all before it is repeated. At the start of a
/// log that does not begin with the database there is nothing before it; there, only a key that came into being whole counts, and the first such key
/// is passed over, as it may be the copy of one that is older than the log.
/// </remarks>
internal sealed class VersionClock
{
    private bool _hasBegun;
    private bool _isReliable;
    private ulong _newest;

    /// <summary>The newest version so far; null if there was none.</summary>
    public KvrocksVersion? Newest => _newest == 0 ? null : new KvrocksVersion(_newest);

    /// <summary>Whether the logs begin where the database does.</summary>
    public bool BeginsWithDatabase { get; private set; }

    /// <summary>Takes what a batch did. Returns a version that it made and that all batches before it are older than, or null.</summary>
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

    /// <summary>Whether all elements that the metadata counts were written in the batch.</summary>
    private static bool IsWhole(KeyChange change, in KvrocksMetadata metadata) =>
        metadata.Type is KvrocksType.Hash or KvrocksType.List or KvrocksType.Set or KvrocksType.ZSet or KvrocksType.SortedInt or KvrocksType.Stream
        && metadata.Size > 0
        && (ulong)change.Subkeys.Count(subkey => subkey.Before is null && subkey.After is not null) >= metadata.Size;
}
