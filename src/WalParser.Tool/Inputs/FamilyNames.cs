using System.Text;
using WalParser.Kvrocks.Keys;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>The names of the column families of one database, including dropped families, as its MANIFEST has them.</summary>
internal sealed class FamilyNames
{
    /// <summary>The names in a database without a MANIFEST: none.</summary>
    public static readonly FamilyNames None = new([]);

    /// <summary>
    /// The greatest number of characters of a name in the output for programs, which repeats it for each operation. RocksDB sets no limit
    /// to a name. The output of <c>manifest --format jsonl</c> contains every name once, as it is.
    /// </summary>
    private const int LongestForPrograms = 256;

    private readonly Dictionary<uint, Forms> _byId = [];

    public FamilyNames(IEnumerable<ManifestColumnFamily> families) => Add(families);

    /// <summary>All names, in the order of the ids.</summary>
    public IEnumerable<string> All => _byId.OrderBy(family => family.Key).Select(family => family.Value.Name);

    /// <summary>
    /// What the families contain if the database is one of Kvrocks, according to their names or, if no name is known, to the order in which
    /// Kvrocks creates them.
    /// </summary>
    public KvrocksColumnFamilies ForKvrocks => _byId.Count == 0
        ? KvrocksColumnFamilies.Default
        : new KvrocksColumnFamilies(_byId.Select(family => KeyValuePair.Create(family.Key, family.Value.Name)));

    /// <summary>Adds the names of families that are not known yet. RocksDB never uses an id for a second family.</summary>
    public void Add(IEnumerable<ManifestColumnFamily> families)
    {
        foreach (ManifestColumnFamily family in families)
        {
            _byId.TryAdd(family.Id, new Forms(FamilyNameText.Of(family.Name, family.NameBytes.Span), family.Id));
        }
    }

    /// <summary>Returns the name, or null if it is not known.</summary>
    public string? NameOf(uint id) => _byId.GetValueOrDefault(id)?.Name;

    /// <summary>Returns the name for JSON, or null if it is not known. A long name is cut.</summary>
    public string? ShortNameOf(uint id) => _byId.GetValueOrDefault(id)?.ShortName;

    /// <summary>Returns the name for a cell in UTF-8, made harmless, or nothing if it is not known. A long name is cut.</summary>
    public ReadOnlySpan<byte> Utf8Of(uint id) => _byId.GetValueOrDefault(id)?.Utf8;

    /// <summary>Returns the name as a JSON string with quotes, or nothing if it is not known. A long name is cut.</summary>
    public ReadOnlySpan<byte> JsonOf(uint id) => _byId.GetValueOrDefault(id)?.Json;

    /// <summary>Returns name and id for people, in UTF-8, as in <c>metadata(1)</c>, or nothing if the name is not known.</summary>
    public ReadOnlySpan<byte> TextOf(uint id) => _byId.GetValueOrDefault(id)?.Text;

    /// <summary>Returns name and id for people, as in <c>metadata(1)</c>, or only the id if the name is not known.</summary>
    public string Describe(uint id) => _byId.TryGetValue(id, out Forms? forms) ? Encoding.UTF8.GetString(forms.Text) : $"{id}";

    /// <summary>
    /// Returns the ids of the families with a name. There are several if the name was used again after a family was dropped.
    /// </summary>
    public IEnumerable<uint> IdsOf(string name) => _byId.Where(family => family.Value.Name == name).Select(family => family.Key);

    private sealed class Forms(string name, uint id)
    {
        public string Name { get; } = name;

        public string ShortName { get; } = ShownText.Cut(name, LongestForPrograms);

        public byte[] Utf8 => field ??= Encoding.UTF8.GetBytes(ShownText.Of(ShortName));

        public byte[] Json => field ??= Encoding.UTF8.GetBytes($"\"{HarmlessJson.Encoder.Encode(ShortName)}\"");

        public byte[] Text { get; } = Encoding.UTF8.GetBytes($"{ShownText.OfName(name)}({id})");
    }
}
