using WalParser.Framing;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>
/// The column families of a database whose comparators end keys in a timestamp, according to the MANIFEST:
/// see <see cref="ComparatorName"/>.
/// </summary>
internal sealed class ComparatorTimestamps
{
    /// <summary>The size of the timestamps of these comparators, in bytes: they are a fixed64.</summary>
    public const int Size = 8;

    private readonly Dictionary<uint, ManifestColumnFamily> _families;
    private readonly KeyValuePair<uint, int>[] _assumed;
    private TimestampSizes _declared = TimestampSizes.None;
    private TimestampSizes _completed;

    private ComparatorTimestamps(Dictionary<uint, ManifestColumnFamily> families)
    {
        _families = families;
        _assumed = [.. from id in families.Keys where IsAssumed(id) select KeyValuePair.Create(id, Size)];
        _completed = _declared.Assuming(_assumed);
    }

    /// <summary>Finds the column families; null if there are none.</summary>
    /// <param name="manifest">The state of the MANIFEST; null if there is none.</param>
    public static ComparatorTimestamps? Of(ManifestState? manifest)
    {
        Dictionary<uint, ManifestColumnFamily> families = [];
        foreach (ManifestColumnFamily family in manifest?.ColumnFamilies ?? [])
        {
            if (ComparatorName.HasTimestamp(family.Comparator))
            {
                families[family.Id] = family;
            }
        }

        return families.Count == 0 ? null : new ComparatorTimestamps(families);
    }

    /// <summary>Returns the column family if its comparator ends keys in a timestamp; otherwise null.</summary>
    /// <param name="id">The id of the column family.</param>
    public ManifestColumnFamily? Find(uint id) => _families.GetValueOrDefault(id);

    /// <summary>
    /// Returns whether keys of a column family end in a timestamp although the log declares no size: RocksDB before 8.4 wrote no
    /// declarations. If the table files contain no timestamps, timestamps may have been enabled after the log was written
    /// (<c>ValidateUserDefinedTimestampsOptions</c> in <c>util/udt_util.cc</c> allows it only then), and nothing is assumed.
    /// </summary>
    /// <param name="id">The id of the column family.</param>
    public bool IsAssumed(uint id) => _families.TryGetValue(id, out ManifestColumnFamily? family) && family.PersistsUserDefinedTimestamps;

    /// <summary>Returns the sizes that a log declares, and the assumed ones of the column families for which it declares none.</summary>
    /// <param name="declared">The sizes that the log declares.</param>
    public TimestampSizes Complete(TimestampSizes declared)
    {
        // A log rarely declares sizes, so that the result is almost always the same.
        if (!ReferenceEquals(_declared, declared))
        {
            _declared = declared;
            _completed = declared.Assuming(_assumed);
        }

        return _completed;
    }
}
