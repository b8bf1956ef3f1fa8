using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Rdb;

/// <summary>What the values of one file have in common.</summary>
/// <param name="Version">The version of the file.</param>
/// <param name="Now">The time at which fields that have expired are left out.</param>
/// <param name="IsLogWhole">Whether every element is known.</param>
/// <param name="Notes">Receives what the file does not express.</param>
internal sealed record RdbContext(int Version, DateTimeOffset Now, bool IsLogWhole, RdbNoteList Notes)
{
    /// <summary>The lowest version that has fields with expiries (Redis 7.4).</summary>
    public const int FieldExpiryVersion = 12;

    /// <summary>The lowest version that has the active times of consumers (Redis 7.2).</summary>
    public const int ActiveTimeVersion = 11;

    /// <summary>Returns the value of a key; null, after a note, if an RDB file cannot have it.</summary>
    public RdbValue? ValueOf(KeyspaceKey key)
    {
        RdbValue? value;
        switch (key.Type)
        {
            case KvrocksType.String:
                return RdbString.Of(key.StringValue);
            case KvrocksType.Bitmap:
                return RdbString.OfBitmap(key, this);
            case KvrocksType.HyperLogLog:
                return RdbString.OfHyperLogLog(key);
            case KvrocksType.Hash:
                value = RdbHash.Of(key, this);
                break;
            case KvrocksType.List:
                value = RdbList.Of(key);
                break;
            case KvrocksType.Set:
                value = RdbSet.Of(key);
                break;
            case KvrocksType.ZSet:
                value = RdbZSet.Of(key);
                break;
            case KvrocksType.SortedInt:
                value = RdbZSet.OfSortedInt(key, this);
                break;
            case KvrocksType.Stream:
                value = RdbStream.Of(key, this);
                break;
            default:
                Notes.Add(RdbNoteKind.NoRdbType, key);
                return null;
        }

        if (value is null)
        {
            Notes.Add(IsLogWhole ? RdbNoteKind.Empty : RdbNoteKind.NoElements, key);
        }
        else if (!key.IsComplete)
        {
            Notes.Add(IsLogWhole ? RdbNoteKind.Miscounted : RdbNoteKind.IncompleteKey, key);
        }

        return value;
    }
}
