using WalParser.Kvrocks.Metadata;
using WalParser.TestSupport.Logs;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>
/// A model of Kvrocks's storage that is based on its description and not on the code under test. A change to a key writes its metadata and
/// the difference between the elements that are stored before and after. The test decides where batches end.
/// </summary>
internal sealed class ModelServer(string ns = Replay.DefaultNamespace)
{
    private const byte Deletion = 0x04;
    private const byte Put = 0x05;
    private const byte RangeDeletion = 0x0E;
    private const uint Elements = 0;
    private const uint Metadata = 1;
    private const uint Stream = 5;

    private readonly Dictionary<(string Name, ulong Version), Dictionary<string, byte[]>> _stored = [];
    private BatchBuilder _builder = new();
    private ulong _count;
    private ulong _sequence = 1;
    private ulong _version = 1_700_000_000_000_000UL << 11;

    public SortedDictionary<string, ModelKey> Keys { get; } = new(StringComparer.Ordinal);

    public List<byte[]> Batches { get; } = [];

    /// <summary>The commands that a user sends for the same changes (<see cref="ModelCommands"/>).</summary>
    public List<string[]> Commands { get; } = [];

    /// <summary>
    /// Whether RENAME or COPY brought a version to a key that has had it before: there, a Kvrocks server finds the elements that it left,
    /// and a Redis server does not.
    /// </summary>
    public bool HasReturned { get; private set; }

    /// <summary>Whether the metadata of a key without elements remains, with size 0. Kvrocks does both.</summary>
    public bool KeepsEmpty { get; set; }

    /// <summary>Ends the batch if it contains an operation.</summary>
    public void EndBatch()
    {
        if (_count > 0)
        {
            Batches.Add(_builder.Build(_sequence).ToArray());
            _sequence += _count;
        }

        _builder = new BatchBuilder();
        _count = 0;
    }

    /// <summary>Changes a key. Creates the key if it does not exist, and replaces it if it has another type.</summary>
    public void Change(string name, KvrocksType type, Action<ModelKey> change)
    {
        ModelKey? before = Keys.GetValueOrDefault(name) is { } old ? Clone(old) : null;
        if (!Keys.TryGetValue(name, out ModelKey? key) || key.Type != type)
        {
            key = new ModelKey { Type = type, Version = NewVersion() };
        }

        change(key);
        Store(name, key, isWhole: false);
        Commands.AddRange(ModelCommands.Between(name, before, Keys.GetValueOrDefault(name)));
    }

    /// <summary>Creates a key. Replaces the key if it exists.</summary>
    public void Replace(string name, ModelKey key)
    {
        key.Version = key.Version == 0 ? NewVersion() : key.Version;
        Store(name, key, isWhole: true);
    }

    public void Delete(string name)
    {
        if (Keys.Remove(name))
        {
            Commands.Add(["DEL", name]);
            Write(Deletion, Metadata, MetadataKey(name), []);
        }
    }

    /// <summary>Executes RENAME or COPY: stores the same version under another key.</summary>
    public void Copy(string from, string to, bool isMove)
    {
        if (from != to && Keys.TryGetValue(from, out ModelKey? key))
        {
            HasReturned |= _stored.ContainsKey((to, key.Version));
            Commands.Add(!ModelCommands.IsThere(key) ? ["DEL", to] : isMove ? ["RENAME", from, to] : ["COPY", from, to, "REPLACE"]);
            Store(to, Clone(key), isWhole: true);
            if (isMove)
            {
                Delete(from);
            }
        }
    }

    public void Flush(bool isByKeys)
    {
        if (Keys.Count == 0)
        {
            return;
        }

        byte[] begin = isByKeys ? MetadataKey(Keys.First().Key) : MetadataKey("");
        byte[] end = isByKeys ? MetadataKey(Keys.Last().Key) : MetadataKey("");
        end[^1]++;
        Commands.Add(["FLUSHDB"]);
        Write(RangeDeletion, Metadata, begin, end);
        Keys.Clear();
    }

    /// <summary>Deletes keys with a range, as the import of a slot does: from the first one to before the second one.</summary>
    public void DeleteRange(string from, string to)
    {
        string[] names = [.. Keys.Keys.Where(name => string.CompareOrdinal(name, from) >= 0 && string.CompareOrdinal(name, to) < 0)];
        if (names.Length > 0)
        {
            Commands.Add(["DEL", .. names]);
            Write(RangeDeletion, Metadata, MetadataKey(from), MetadataKey(to));
            Array.ForEach(names, name => Keys.Remove(name));
        }
    }

    /// <summary>Deletes all elements of a key with a range and writes them again, as TDIGEST.MERGE does with those of a t-digest.</summary>
    public void RewriteByRange(string name)
    {
        ModelKey key = Keys[name];
        Write(RangeDeletion, Elements, Subkey(name, key.Version, ""), Subkey(name, key.Version + 1, ""));
        foreach ((string subkey, byte[] value) in key.Elements())
        {
            Write(Put, Elements, Subkey(name, key.Version, subkey), value);
        }
    }

    /// <summary>
    /// Writes a key: the whole key, or the elements that differ from those stored for this version. Deletes stored elements that the key no
    /// longer has.
    /// </summary>
    private void Store(string name, ModelKey key, bool isWhole)
    {
        uint family = key.Type == KvrocksType.Stream ? Stream : Elements;
        Dictionary<string, byte[]> before = _stored.GetValueOrDefault((name, key.Version), []);
        Dictionary<string, byte[]> after = key.Elements();
        _stored[(name, key.Version)] = after;
        foreach (string subkey in before.Keys.Where(subkey => !after.ContainsKey(subkey)))
        {
            Write(Deletion, family, Subkey(name, key.Version, subkey), []);
        }

        foreach ((string subkey, byte[] value) in after)
        {
            if (isWhole || !before.TryGetValue(subkey, out byte[]? old) || !old.AsSpan().SequenceEqual(value))
            {
                Write(Put, family, Subkey(name, key.Version, subkey), value);
            }
        }

        if (key.IsEmpty && !KeepsEmpty)
        {
            Write(Deletion, Metadata, MetadataKey(name), []);
        }
        else
        {
            Write(Put, Metadata, MetadataKey(name), key.Metadata());
        }

        if (key.IsEmpty)
        {
            Keys.Remove(name);
        }
        else
        {
            Keys[name] = key;
        }
    }

    private static ModelKey Clone(ModelKey key) => new()
    {
        Type = key.Type,
        Version = key.Version,
        Expiry = key.Expiry,
        Text = key.Text,
        Fields = new SortedDictionary<string, string>(key.Fields, StringComparer.Ordinal),
        FieldExpiries = key.FieldExpiries is null ? null : new Dictionary<string, ulong>(key.FieldExpiries),
        Scores = new SortedDictionary<string, double>(key.Scores, StringComparer.Ordinal),
        Numbers = new SortedSet<ulong>(key.Numbers),
        List = [.. key.List],
        Head = key.Head,
        Bits = [.. key.Bits],
        Registers = [.. key.Registers],
        Stream = key.Stream.Copy(),
    };

    private ulong NewVersion() => _version += 1 << 11;

    private void Write(byte tag, uint family, byte[] key, byte[] value)
    {
        _builder = tag == Deletion ? _builder.Counted(tag, family, key) : _builder.Counted(tag, family, key, value);
        _count++;
    }

    private byte[] MetadataKey(string name) => [(byte)ns.Length, .. ModelKey.Bytes(ns), .. ModelKey.Bytes(name)];

    private byte[] Subkey(string name, ulong version, string subkey) =>
        [
            (byte)ns.Length,
            .. ModelKey.Bytes(ns),
            .. BitConverter.GetBytes(name.Length).Reverse(),
            .. ModelKey.Bytes(name),
            .. ModelKey.BigEndian(version),
            .. ModelKey.Bytes(subkey),
        ];
}
