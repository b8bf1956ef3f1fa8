using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.History;

/// <summary>What happens to a key as a whole, in words.</summary>
internal static class HistoryEvents
{
    /// <summary>The key came into being.</summary>
    public const string Created = "created";

    /// <summary>The key was there before the logs begin, or may have been.</summary>
    public const string FirstSeen = "firstSeen";

    /// <summary>The key was replaced by a new one: another type or another life.</summary>
    public const string CreatedAnew = "createdAnew";

    /// <summary>Value, elements or other metadata changed.</summary>
    public const string Changed = "changed";

    /// <summary>The key had no expiry, and has one.</summary>
    public const string ExpirySet = "expirySet";

    /// <summary>The key has another expiry.</summary>
    public const string ExpiryChanged = "expiryChanged";

    /// <summary>The key does not expire any more.</summary>
    public const string ExpiryRemoved = "expiryRemoved";

    /// <summary>The last element is gone, and with it, to users, the key.</summary>
    public const string Emptied = "emptied";

    /// <summary>The key was deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>The key was deleted by FLUSHDB, FLUSHALL or the clearing of its slot.</summary>
    public const string DeletedByRange = "deletedByRange";

    /// <summary>What a change comes to.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isKnownAbsent">Whether a key without metadata before is known not to have been there.</param>
    public static List<string> Of(KeyChange change, bool isKnownAbsent)
    {
        if (change.MetadataAfter is not { } valueAfter || !KvrocksMetadata.TryRead(valueAfter.Span, out KvrocksMetadata after, out _))
        {
            return [change.IsByRange ? DeletedByRange : Deleted];
        }

        List<string> events = [];
        KvrocksMetadata before = default;
        bool wasThere = change.MetadataBefore is { } valueBefore && KvrocksMetadata.TryRead(valueBefore.Span, out before, out _);
        if (!wasThere)
        {
            events.Add(isKnownAbsent ? Created : FirstSeen);
            if (after.ExpiryMilliseconds != 0)
            {
                events.Add(ExpirySet);
            }
        }
        else
        {
            if (before.Type != after.Type || before.Version != after.Version)
            {
                events.Add(CreatedAnew);
            }
            else if (change.Subkeys.Count > 0 || before.Size != after.Size || !before.Body.SequenceEqual(after.Body))
            {
                events.Add(Changed);
            }

            if (before.ExpiryMilliseconds != after.ExpiryMilliseconds)
            {
                events.Add(before.ExpiryMilliseconds == 0 ? ExpirySet : after.ExpiryMilliseconds == 0 ? ExpiryRemoved : ExpiryChanged);
            }
        }

        if (after.HasVersion && after.Size == 0 && !after.Type.MayBeEmpty)
        {
            events.Add(Emptied);
        }

        return events;
    }
}
