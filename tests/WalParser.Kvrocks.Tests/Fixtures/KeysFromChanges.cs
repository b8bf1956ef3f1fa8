using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Tests.Fixtures;

/// <summary>
/// Keys that are calculated from changes alone. The state before each change must be the state after the change before it.
/// </summary>
internal sealed class KeysFromChanges
{
    private readonly Dictionary<string, (string Metadata, ulong? Version, SortedDictionary<string, string> Elements)> _keys = [];

    /// <summary>The keys, one in each line.</summary>
    public IEnumerable<string> Lines => _keys.Select(key => LineOf(key.Key, key.Value.Metadata, key.Value.Elements));

    /// <summary>Returns the line of a key of a keyspace.</summary>
    public static string LineOf(KeyspaceKey key) => LineOf(
        NameOf(key.Namespace, key.UserKey),
        Hex(key.StoredMetadata),
        key.Elements.ToDictionary(element => Hex(element.Key), element => Hex(element.Value)));

    /// <summary>Applies the changes of a batch.</summary>
    public void Apply(BatchChanges changes)
    {
        foreach (KeyChange change in changes.Keys)
        {
            string name = NameOf(change.Namespace, change.UserKey);
            bool wasThere = _keys.TryGetValue(name, out (string Metadata, ulong? Version, SortedDictionary<string, string> Elements) key);
            Assert.Equal(wasThere ? key.Metadata : null, change.MetadataBefore is { } before ? Hex(before) : null);
            Assert.Equal(change.MetadataAfter is null, change.Key is null);
            if (change.MetadataAfter is not { } after)
            {
                _keys.Remove(name);
                continue;
            }

            ulong? version = VersionOf(after.Span);
            SortedDictionary<string, string> elements = wasThere && key.Version == version ? key.Elements : new(StringComparer.Ordinal);
            foreach (SubkeyChange subkey in change.Subkeys)
            {
                Assert.Equal(version, subkey.Version.Value);
                bool had = elements.TryGetValue(Hex(subkey.Subkey), out string? value);
                Assert.Equal(had ? value : null, subkey.Before is { } old ? Hex(old) : null);
                if (subkey.After is { } now)
                {
                    elements[Hex(subkey.Subkey)] = Hex(now);
                }
                else
                {
                    elements.Remove(Hex(subkey.Subkey));
                }
            }

            _keys[name] = (Hex(after), version, elements);
        }
    }

    private static ulong? VersionOf(ReadOnlySpan<byte> value)
    {
        Assert.True(KvrocksMetadata.TryRead(value, out KvrocksMetadata metadata, out _));
        return metadata.HasVersion ? metadata.Version.Value : null;
    }

    private static string LineOf(string name, string metadata, IEnumerable<KeyValuePair<string, string>> elements) =>
        $"{name} {metadata} {string.Join(' ', elements.Select(element => element.Key + "=" + element.Value))}";

    private static string NameOf(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> userKey) => Hex(ns) + " " + Hex(userKey);

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
