using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using WalParser.Kvrocks.Keys;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>The names of one database's column families, dropped ones among them, by what its MANIFEST says.</summary>
internal sealed class FamilyNames
{
    /// <summary>Of a database that no MANIFEST is there for: none.</summary>
    public static readonly FamilyNames None = new([]);

    private readonly Dictionary<uint, Forms> _byId = [];

    public FamilyNames(IEnumerable<ManifestColumnFamily> families) => Add(families);

    /// <summary>All names, in the order of the ids.</summary>
    public IEnumerable<string> All => _byId.OrderBy(family => family.Key).Select(family => family.Value.Name);

    /// <summary>What the families hold if the database is Kvrocks's: by their names or, where none are known, by the order in which Kvrocks creates them.</summary>
    public KvrocksColumnFamilies ForKvrocks => _byId.Count == 0
        ? KvrocksColumnFamilies.Default
        : new KvrocksColumnFamilies(_byId.Select(family => KeyValuePair.Create(family.Key, family.Value.Name)));

    /// <summary>Takes names that are new. An id is never used for another family.</summary>
    public void Add(IEnumerable<ManifestColumnFamily> families)
    {
        foreach (ManifestColumnFamily family in families)
        {
            _byId.TryAdd(family.Id, new Forms(family.Name, family.Id));
        }
    }

    /// <summary>The name; null if it is not known.</summary>
    public string? NameOf(uint id) => _byId.GetValueOrDefault(id)?.Name;

    /// <summary>The name in UTF-8; empty if it is not known.</summary>
    public ReadOnlySpan<byte> Utf8Of(uint id) => _byId.GetValueOrDefault(id)?.Utf8;

    /// <summary>The name as a JSON string, with its quotes; empty if it is not known.</summary>
    public ReadOnlySpan<byte> JsonOf(uint id) => _byId.GetValueOrDefault(id)?.Json;

    /// <summary>For people, in UTF-8: <c>metadata(1)</c>; empty if the name is not known.</summary>
    public ReadOnlySpan<byte> TextOf(uint id) => _byId.GetValueOrDefault(id)?.Text;

    /// <summary>For people: <c>metadata(1)</c>, or the number alone if the name is not known.</summary>
    public string Describe(uint id) => _byId.TryGetValue(id, out Forms? forms) ? Encoding.UTF8.GetString(forms.Text) : $"{id}";

    /// <summary>The ids of the families with this name: more than one if a name was used again.</summary>
    public IEnumerable<uint> IdsOf(string name) => _byId.Where(family => family.Value.Name == name).Select(family => family.Key);

    private sealed class Forms(string name, uint id)
    {
        public string Name { get; } = name;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        public byte[] Json { get; } =
            Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");

        public byte[] Text { get; } = Encoding.UTF8.GetBytes($"{OneLine.Of(name)}({id})");
    }
}
