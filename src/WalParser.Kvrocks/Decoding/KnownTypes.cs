using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Decoding;

/// <summary>
/// The types of the keys that were read recently, by version. Versions are almost unique, and RENAME and COPY keep both version and type,
/// so a version alone identifies the type. Two generations bound the memory: when the younger one is full, the older one is forgotten.
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

        // A version that is used moves to the younger generation.
        Set(version, type);
        return true;
    }

    /// <summary>What the decoding of the elements of a key needs.</summary>
    internal readonly record struct KnownType(KvrocksType Type, bool HasFieldExpiration);
}
