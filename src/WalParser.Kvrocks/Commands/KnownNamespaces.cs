using WalParser.Coding;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Commands;

/// <summary>The namespaces that may have keys: each is known from a key, until it is emptied.</summary>
internal sealed class KnownNamespaces
{
    private readonly HashSet<byte[]> _names = new(ByteStringComparer.Instance);

    /// <summary>The bytes with which the stored keys of a namespace begin: its length in one byte, and its name.</summary>
    private readonly SortedSet<byte[]> _prefixes = new(ByteStringComparer.Instance);

    public int Count => _prefixes.Count;

    public static byte[] PrefixOf(ReadOnlySpan<byte> ns) => [(byte)ns.Length, .. ns];

    /// <summary>Returns the stored key before which the keys of a namespace end.</summary>
    public static byte[] EndOf(byte[] prefix) => KeyPrefix.EndOf(prefix) is { Length: > 0 } end ? end : prefix;

    public void Add(ReadOnlySpan<byte> ns)
    {
        if (_names.GetAlternateLookup<ReadOnlySpan<byte>>().Add(ns))
        {
            _prefixes.Add(PrefixOf(ns));
        }
    }

    public bool Contains(byte[] prefix) => _prefixes.Contains(prefix);

    public void Remove(byte[] prefix)
    {
        if (_prefixes.Remove(prefix))
        {
            _names.Remove(prefix[1..]);
        }
    }

    /// <summary>Returns the prefixes of the namespaces that have stored keys in a range, or could have some, in order.</summary>
    public List<byte[]> Within(byte[] begin, byte[] end)
    {
        List<byte[]> found = [];
        if (_prefixes.GetViewBetween([], begin).Max is { } before
            && before.AsSpan().SequenceCompareTo(begin) < 0
            && EndOf(before).AsSpan().SequenceCompareTo(begin) > 0)
        {
            found.Add(before);
        }

        found.AddRange(_prefixes.GetViewBetween(begin, end).Where(prefix => !prefix.AsSpan().SequenceEqual(end)));
        return found;
    }
}
