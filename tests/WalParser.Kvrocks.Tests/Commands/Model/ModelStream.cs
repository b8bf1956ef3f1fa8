using WalParser.Kvrocks.Elements;
using static WalParser.Kvrocks.Tests.Commands.Model.ModelKey;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>A stream of the model, and the form in which Kvrocks stores it.</summary>
internal sealed class ModelStream
{
    public SortedDictionary<StreamEntryId, string[]> Entries { get; init; } = [];

    public StreamEntryId LastId { get; set; }

    public StreamEntryId MaxDeletedId { get; set; }

    public ulong EntriesAdded { get; set; }

    public SortedDictionary<string, ModelGroup> Groups { get; init; } = new(StringComparer.Ordinal);

    public byte[] Body()
    {
        StreamEntryId first = Entries.Count == 0 ? default : Entries.First().Key;
        StreamEntryId last = Entries.Count == 0 ? default : Entries.Last().Key;
        return
        [
            .. Id(LastId),
            .. Id(first),
            .. Id(MaxDeletedId),
            .. Id(first),
            .. Id(last),
            .. BigEndian(EntriesAdded),
            .. BigEndian((ulong)Groups.Count),
        ];
    }

    public Dictionary<string, byte[]> Elements()
    {
        Dictionary<string, byte[]> elements = Entries.ToDictionary(
            entry => Latin(Id(entry.Key)), entry => (byte[])[.. entry.Value.SelectMany(Short)]);
        foreach ((string name, ModelGroup group) in Groups)
        {
            elements.Add(
                Subkey(1, name, []),
                [
                    .. BigEndian((ulong)group.Consumers.Count),
                    .. BigEndian((ulong)group.Pending.Count),
                    .. Id(group.LastId),
                    .. BigEndian((ulong)group.EntriesRead),
                    .. BigEndian(0),
                ]);
            foreach (string consumer in group.Consumers)
            {
                ulong pending = (ulong)group.Pending.Values.Count(entry => entry.Consumer == consumer);
                elements.Add(
                    Subkey(2, name, [.. BigEndian((ulong)consumer.Length), .. Bytes(consumer)]),
                    [.. BigEndian(pending), .. BigEndian(1), .. BigEndian(1)]);
            }

            foreach ((StreamEntryId id, ModelPending entry) in group.Pending)
            {
                elements.Add(
                    Subkey(3, name, Id(id)),
                    [
                        .. BigEndian(entry.Time),
                        .. BigEndian(entry.Count),
                        .. BigEndian((ulong)entry.Consumer.Length),
                        .. Bytes(entry.Consumer),
                    ]);
            }
        }

        return elements;
    }

    public ModelStream Copy() => new()
    {
        Entries = new SortedDictionary<StreamEntryId, string[]>(Entries),
        LastId = LastId,
        MaxDeletedId = MaxDeletedId,
        EntriesAdded = EntriesAdded,
        Groups = new SortedDictionary<string, ModelGroup>(
            Groups.ToDictionary(group => group.Key, group => group.Value.Copy()), StringComparer.Ordinal),
    };

    /// <summary>Adds the entries and groups of another stream that this one does not have.</summary>
    public void AddAll(ModelStream other)
    {
        foreach ((StreamEntryId id, string[] fields) in other.Entries)
        {
            Entries.TryAdd(id, fields);
        }

        foreach ((string name, ModelGroup group) in other.Groups)
        {
            if (Groups.TryGetValue(name, out ModelGroup? own))
            {
                own.Consumers.UnionWith(group.Consumers);
                foreach ((StreamEntryId id, ModelPending pending) in group.Pending)
                {
                    own.Pending.TryAdd(id, pending);
                }
            }
            else
            {
                Groups.Add(name, group.Copy());
            }
        }
    }

    private static byte[] Id(StreamEntryId id) => [.. BigEndian(id.Milliseconds), .. BigEndian(id.Sequence)];

    private static byte[] Short(string text) => [(byte)text.Length, .. Bytes(text)];

    private static string Subkey(byte kind, string group, byte[] rest) =>
        Latin([.. BigEndian(ulong.MaxValue), kind, .. BigEndian((ulong)group.Length), .. Bytes(group), .. rest]);
}

/// <summary>A consumer group.</summary>
internal sealed class ModelGroup
{
    public StreamEntryId LastId { get; set; }

    public long EntriesRead { get; set; } = -1;

    public SortedSet<string> Consumers { get; init; } = new(StringComparer.Ordinal);

    public SortedDictionary<StreamEntryId, ModelPending> Pending { get; init; } = [];

    public ModelGroup Copy() => new()
    {
        LastId = LastId,
        EntriesRead = EntriesRead,
        Consumers = new SortedSet<string>(Consumers, StringComparer.Ordinal),
        Pending = new SortedDictionary<StreamEntryId, ModelPending>(Pending),
    };
}

/// <summary>A pending entry.</summary>
internal sealed record ModelPending(string Consumer, ulong Time, ulong Count);
