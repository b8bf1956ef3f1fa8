using WalParser.Kvrocks.Metadata;
using WalParser.TestSupport.Logs;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>
/// A model of Kvrocks's storage, written from its description and not from the code under test: a change to a key is the difference between what is
/// stored of it before and after, and its metadata. Batches begin and end where the test says.
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

    /// <summary>Whether a key that ran empty stays as metadata of size 0. Kvrocks does both.</summary>
    public bool KeepsEmpty { get; set; }

    /// <summary>Ends the batch, if anything is in it.</summary>
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

    /// <summary>Changes a key, which is made if there is none of that type; one of another type is replaced.</summary>
    public void Change(string name, KvrocksType type, Action<ModelKey> change)
    {
        if (!Keys.TryGetValue(name, out ModelKey? key) || key.Type != type)
        {
            key = new ModelKey { Type = type, Version = NewVersion() };
        }

        change(key);
        Store(name, key, isWhole: false);
    }

    /// <summary>Makes a key anew, whatever was there.</summary>
    public void Replace(string name, ModelKey key)
    {
        key.Version = key.Version == 0 ? NewVersion() : key.Version;
        Store(name, key, isWhole: true);
    }

    public void Delete(string name)
    {
        if (Keys.Remove(name))
        {
            Write(Deletion, Metadata, MetadataKey(name), []);
        }
    }

    /// <summary>RENAME and COPY: the same version under another key.</summary>
    public void Copy(string from, string to, bool isMove)
    {
        if (from != to && Keys.TryGetValue(from, out ModelKey? key))
        {
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
        Write(RangeDeletion, Metadata, begin, end);
        Keys.Clear();
    }

    /// <summary>Writes a key: all of it, or what is others than what is stored of this life. What is stored of it and no longer its own is deleted.</summary>
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
        [(byte)ns.Length, .. ModelKey.Bytes(ns), .. BitConverter.GetBytes(name.Length).Reverse(), .. ModelKey.Bytes(name), .. ModelKey.BigEndian(version), .. ModelKey.Bytes(subkey)];
}
