using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.History;

/// <summary>The names of the events of a key.</summary>
internal static class HistoryEvents
{
    /// <summary>The key was created.</summary>
    public const string Created = "created";

    /// <summary>The key may have existed before the first WAL.</summary>
    public const string FirstSeen = "firstSeen";

    /// <summary>The key was replaced by a new one: of another type or version.</summary>
    public const string CreatedAnew = "createdAnew";

    /// <summary>Value, elements or other metadata changed.</summary>
    public const string Changed = "changed";

    /// <summary>The key had no expiry and now has one.</summary>
    public const string ExpirySet = "expirySet";

    /// <summary>The key has another expiry.</summary>
    public const string ExpiryChanged = "expiryChanged";

    /// <summary>The key no longer expires.</summary>
    public const string ExpiryRemoved = "expiryRemoved";

    /// <summary>The last element was removed, and with it, for users, the key.</summary>
    public const string Emptied = "emptied";

    /// <summary>The key was deleted.</summary>
    public const string Deleted = "deleted";

    /// <summary>The key was deleted by FLUSHDB, FLUSHALL or the clearing of its slot.</summary>
    public const string DeletedByRange = "deletedByRange";

    /// <summary>Returns the events of a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isKnownAbsent">Whether a key without earlier metadata is known not to have existed.</param>
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
            else if (change.Written.Count > 0 || before.Size != after.Size || !before.Body.SequenceEqual(after.Body))
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
