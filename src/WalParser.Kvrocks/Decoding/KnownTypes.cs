using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Decoding;

/// <summary>
/// The types of the lives of keys that were seen lately. Versions are all but unique, and RENAME and COPY keep both version and type, so that
/// a version alone is enough to know it by. Two generations bound the memory: when the younger one is full, the older one is forgotten.
/// </summary>
internal sealed class KnownTypes
{
    private const int GenerationSize = 1 << 18;

    private Dictionary<ulong, KnownType> _young = [];
    private Dictionary<ulong, KnownType> _old = [];

    public void Set(ulong version, KnownType type)
    {
        if (_young.Count >= GenerationSize)
        {
            _old = _young;
            _young = [];
        }

        _young[version] = type;
    }

    public bool TryGet(ulong version, out KnownType type)
    {
        if (_young.TryGetValue(version, out type))
        {
            return true;
        }

        if (!_old.TryGetValue(version, out type))
        {
            return false;
        }

        // What is asked for stays.
        Set(version, type);
        return true;
    }

    /// <summary>What has to be known of a key to read its elements.</summary>
    internal readonly record struct KnownType(KvrocksType Type, bool HasFieldExpiration);
}
