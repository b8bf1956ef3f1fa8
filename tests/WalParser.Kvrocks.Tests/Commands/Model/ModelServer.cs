using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.TestSupport.Logs;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>
/// A model of Kvrocks's storage that is based on its description and not on the code under test. A change to a key writes its metadata and
/// the difference between its elements before and after. RENAME and COPY write all elements of the source, and the elements that lie under
/// the same version of the target come to life again. The test decides where batches end.
/// </summary>
internal sealed class ModelServer(string ns = Replay.DefaultNamespace)
{
    private const byte Deletion = 0x04;
    private const byte Put = 0x05;
    private const byte RangeDeletion = 0x0E;
    private const uint Elements = 0;
    private const uint Metadata = 1;
    private const uint Stream = 5;

    /// <summary>What is stored under each version of each key, whether a key has the version or not.</summary>
    private readonly Dictionary<(string Name, ulong Version), ModelKey> _stored = [];
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

    /// <summary>The versions that RENAME or COPY has carried to another key.</summary>
    public HashSet<ulong> Carried { get; } = [];

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
        ModelKey? before = Keys.GetValueOrDefault(name)?.Clone();
        if (!Keys.TryGetValue(name, out ModelKey? key) || key.Type != type)
        {
            key = new ModelKey { Type = type, Version = NewVersion() };
        }

        change(key);
        Store(name, key);
        Commands.AddRange(ModelCommands.Between(name, before, Keys.GetValueOrDefault(name)));
    }

    /// <summary>Creates a key. Replaces the key if it exists.</summary>
    public void Replace(string name, ModelKey key)
    {
        key.Version = key.Version == 0 ? NewVersion() : key.Version;
        Store(name, key);
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
            Carried.Add(key.Version);
            foreach ((uint family, string subkey, byte[] value) in key.Records())
            {
                Write(Put, family, Subkey(to, key.Version, subkey), value);
            }

            ModelKey? lying = _stored.GetValueOrDefault((to, key.Version));
            ModelKey target = key.Over(lying ?? new ModelKey { Type = key.Type });
            foreach (string fragment in lying?.Type == KvrocksType.Bitmap ? lying.Elements().Keys.Except(key.Elements().Keys) : [])
            {
                // The model's bitmaps have no fragments that are stored beyond their end.
                Write(Deletion, Elements, Subkey(to, key.Version, fragment), []);
            }

            Write(Put, Metadata, MetadataKey(to), target.Metadata());
            Keys[to] = target;
            _stored[(to, key.Version)] = target.Clone();
            if (isMove)
            {
                Delete(from);
            }
        }
    }

    /// <summary>Executes XTRIM as Kvrocks 2.17 does: it deletes the first entries by one range.</summary>
    public void TrimByRange(string name, int count)
    {
        ModelKey key = Keys[name];
        ModelKey before = key.Clone();
        string[] trimmed = [.. key.Elements().Keys.Order(StringComparer.Ordinal).Take(count)];
        Write(RangeDeletion, Stream, Subkey(name, key.Version, trimmed[0]), [.. Subkey(name, key.Version, trimmed[^1]), 0]);
        foreach (StreamEntryId id in key.Stream.Entries.Keys.Take(count).ToArray())
        {
            key.Stream.Entries.Remove(id);
            key.Stream.MaxDeletedId = id > key.Stream.MaxDeletedId ? id : key.Stream.MaxDeletedId;
        }

        Write(Put, Metadata, MetadataKey(name), key.Metadata());
        _stored[(name, key.Version)] = key.Clone();
        Commands.AddRange(ModelCommands.Between(name, before, key));
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

    /// <summary>Writes a key, and the records in which it differs from what is stored for this version.</summary>
    private void Store(string name, ModelKey key)
    {
        Dictionary<(uint, string), byte[]> before = _stored.TryGetValue((name, key.Version), out ModelKey? old) ? old.RecordsByName() : [];
        key.UpdateIndex(old);
        Dictionary<(uint, string), byte[]> after = key.RecordsByName();
        foreach ((uint family, string subkey) in before.Keys.Where(record => !after.ContainsKey(record)))
        {
            Write(Deletion, family, Subkey(name, key.Version, subkey), []);
        }

        foreach (((uint family, string subkey), byte[] value) in after)
        {
            if (!before.TryGetValue((family, subkey), out byte[]? stored) || !stored.AsSpan().SequenceEqual(value))
            {
                Write(Put, family, Subkey(name, key.Version, subkey), value);
            }
        }

        _stored[(name, key.Version)] = key.Clone();
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
