using System.Buffers.Binary;
using WalParser.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

public sealed partial class KeyspaceKey
{
    /// <summary>The largest bitmap that Kvrocks and Redis allow, in bytes: 2³² bits.</summary>
    public const int MaxBitmapSize = 512 * 1024 * 1024;

    /// <summary>The value of a string; empty of another type.</summary>
    public ReadOnlyMemory<byte> StringValue => Type == KvrocksType.String ? BodyFrom(0) : default;

    /// <summary>The stored document of a JSON key; its form says <see cref="KvrocksMetadata.TryReadJson"/>. Empty of another type.</summary>
    public ReadOnlyMemory<byte> JsonDocument => Type == KvrocksType.Json ? BodyFrom(1) : default;

    /// <summary>The text of a JSON document, as UTF-8, also if it is stored as CBOR; null if it is none, or cannot be read.</summary>
    public byte[]? ToJsonText() =>
        !Metadata.TryReadJson(out JsonFormat format, out ReadOnlySpan<byte> document) ? null
        : format == JsonFormat.Text ? document.ToArray()
        : format == JsonFormat.Cbor ? CborText.ToJson(document)
        : null;

    /// <summary>The fields of a hash, by name in byte order, those too that have expired.</summary>
    public IEnumerable<HashField> HashFields()
    {
        if (!Metadata.TryReadHash(out HashMetadata hash))
        {
            yield break;
        }

        foreach ((byte[] field, byte[] stored) in Sorted())
        {
            if (HashFieldValue.TryRead(stored, hash.HasFieldExpiration, out HashFieldValue value))
            {
                yield return new HashField(field, stored.AsMemory(stored.Length - value.Value.Length), value.ExpiryMilliseconds);
            }
        }
    }

    /// <summary>The elements of a list, from its head to its tail.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ListElements()
    {
        if (!Metadata.TryReadList(out ListMetadata list))
        {
            yield break;
        }

        // Indexes are big-endian, so that the order of the bytes is theirs.
        foreach ((byte[] subkey, byte[] element) in Sorted())
        {
            if (subkey.Length == sizeof(ulong)
                && BinaryPrimitives.ReadUInt64BigEndian(subkey) is var index
                && index >= list.Head
                && index < list.Tail)
            {
                yield return element;
            }
        }
    }

    /// <summary>The members of a set, in byte order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> SetMembers() =>
        Type == KvrocksType.Set ? Sorted().Select(element => (ReadOnlyMemory<byte>)element.Key) : [];

    /// <summary>The members of a sorted set, in byte order.</summary>
    public IEnumerable<ZSetMember> ZSetMembers()
    {
        if (Type != KvrocksType.ZSet)
        {
            yield break;
        }

        foreach ((byte[] member, byte[] score) in Sorted())
        {
            if (score.Length == sizeof(ulong))
            {
                yield return new ZSetMember(member, SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(score)));
            }
        }
    }

    /// <summary>The ids of a sortedint, in order.</summary>
    public IEnumerable<ulong> SortedInts() =>
        Type == KvrocksType.SortedInt
            ? Sorted().Where(element => element.Key.Length == sizeof(ulong)).Select(element => BinaryPrimitives.ReadUInt64BigEndian(element.Key))
            : [];

    /// <summary>
    /// The bytes of a bitmap as GET gives them, and as a Redis string has them: the first bit is the most significant one. Null if it is
    /// no bitmap, or larger than <paramref name="maxSize"/>.
    /// </summary>
    public byte[]? ToBitmap(int maxSize = MaxBitmapSize)
    {
        KvrocksMetadata metadata = Metadata;
        if (metadata.Type != KvrocksType.Bitmap || metadata.Size > (ulong)maxSize)
        {
            return null;
        }

        byte[] bitmap = new byte[(int)metadata.Size];
        foreach ((byte[] subkey, byte[] fragment) in Live?.Values ?? [])
        {
            if (DecimalIndex.TryRead(subkey, out ulong offset) && offset < metadata.Size)
            {
                int length = Math.Min(Math.Min(fragment.Length, BitmapFragment.Size), bitmap.Length - (int)offset);
                BitmapFragment.ReverseBits(fragment.AsSpan(0, length), bitmap.AsSpan((int)offset));
            }
        }

        return bitmap;
    }

    /// <summary>The registers of a HyperLogLog in Redis's dense form, <see cref="HyperLogLog.Size"/> bytes; null if it is none.</summary>
    public byte[]? ToHyperLogLogRegisters()
    {
        if (Type != KvrocksType.HyperLogLog)
        {
            return null;
        }

        byte[] registers = new byte[HyperLogLog.Size];
        foreach ((byte[] subkey, byte[] segment) in Live?.Values ?? [])
        {
            if (DecimalIndex.TryRead(subkey, out ulong index) && index < HyperLogLog.SegmentCount)
            {
                segment.AsSpan(0, Math.Min(segment.Length, HyperLogLog.SegmentSize)).CopyTo(registers.AsSpan((int)index * HyperLogLog.SegmentSize));
            }
        }

        return registers;
    }

    /// <summary>The entries of a stream, by id.</summary>
    public IEnumerable<StreamEntry> StreamEntries()
    {
        if (Type != KvrocksType.Stream)
        {
            yield break;
        }

        foreach ((byte[] subkey, byte[] value) in Sorted())
        {
            if (StreamSubkey.TryRead(subkey, out StreamSubkey name)
                && name.Kind == StreamSubkeyKind.Entry
                && StreamEntry.Read(name.Id, value) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>The consumer groups of a stream, by name in byte order. What belongs to a group that has no record of its own is left out.</summary>
    public IReadOnlyList<StreamGroupState> StreamGroups()
    {
        if (Type != KvrocksType.Stream)
        {
            return [];
        }

        var groups = new SortedDictionary<byte[], StreamGroupState>(ByteStringComparer.Instance);
        foreach ((byte[] subkey, byte[] value) in Sorted())
        {
            // Groups sort before their consumers, and these before pending entries.
            AddToGroups(groups, subkey, value);
        }

        foreach (StreamGroupState group in groups.Values)
        {
            ((List<StreamConsumerState>)group.Consumers).Sort((x, y) => x.Name.Span.SequenceCompareTo(y.Name.Span));
        }

        return [.. groups.Values];
    }

    /// <summary>Returns the number of elements that can be read, for a type whose metadata counts them.</summary>
    private long CountReadable() => Type switch
    {
        KvrocksType.Hash => HashFields().LongCount(),
        KvrocksType.List => ListElements().LongCount(),
        KvrocksType.Set => SetMembers().LongCount(),
        KvrocksType.ZSet => ZSetMembers().LongCount(),
        KvrocksType.SortedInt => SortedInts().LongCount(),
        KvrocksType.Stream => StreamEntries().LongCount(),
        _ => ElementCount,
    };

    private static void AddToGroups(SortedDictionary<byte[], StreamGroupState> groups, byte[] subkeyBytes, byte[] value)
    {
        if (!StreamSubkey.TryRead(subkeyBytes, out StreamSubkey subkey) || subkey.Kind == StreamSubkeyKind.Entry)
        {
            return;
        }

        byte[] name = subkey.Group.ToArray();
        if (subkey.Kind == StreamSubkeyKind.Group)
        {
            if (StreamGroup.TryRead(value, out StreamGroup group))
            {
                groups[name] = new StreamGroupState(name, group, new List<StreamConsumerState>(), new List<StreamPendingState>());
            }
        }
        else if (groups.TryGetValue(name, out StreamGroupState? state))
        {
            if (subkey.Kind == StreamSubkeyKind.Consumer)
            {
                if (StreamConsumer.TryRead(value, out StreamConsumer consumer))
                {
                    ((List<StreamConsumerState>)state.Consumers).Add(new StreamConsumerState(subkey.Consumer.ToArray(), consumer));
                }
            }
            else if (StreamPendingEntry.TryRead(value, out StreamPendingEntry entry))
            {
                ((List<StreamPendingState>)state.Pending).Add(
                    new StreamPendingState(subkey.Id, entry.Consumer.ToArray(), entry.DeliveredMilliseconds, entry.Deliveries));
            }
        }
    }

    private ReadOnlyMemory<byte> BodyFrom(int start)
    {
        int length = Metadata.Body.Length - start;
        return StoredMetadata[^Math.Max(length, 0)..];
    }
}
