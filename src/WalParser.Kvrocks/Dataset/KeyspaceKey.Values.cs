using System.Buffers.Binary;
using WalParser.Coding;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

public sealed partial class KeyspaceKey
{
    /// <summary>The size of the largest bitmap that Kvrocks and Redis allow, in bytes: 2³² bits.</summary>
    public const int MaxBitmapSize = 512 * 1024 * 1024;

    /// <summary>The value of a string; empty for other types.</summary>
    public ReadOnlyMemory<byte> StringValue => Type == KvrocksType.String ? BodyFrom(0) : default;

    /// <summary>
    /// The stored document of a JSON key, in the form that <see cref="KvrocksMetadata.TryReadJson"/> reports; empty for other types.
    /// </summary>
    public ReadOnlyMemory<byte> JsonDocument => Type == KvrocksType.Json ? BodyFrom(1) : default;

    /// <summary>
    /// Returns the text of a JSON document in UTF-8, also if it is stored as CBOR; null for other types, and if it cannot be read.
    /// </summary>
    public byte[]? ToJsonText() =>
        !Metadata.TryReadJson(out JsonFormat format, out ReadOnlySpan<byte> document) ? null
        : format == JsonFormat.Text ? document.ToArray()
        : format == JsonFormat.Cbor ? CborText.ToJson(document)
        : null;

    /// <summary>Returns the fields of a hash by name in byte order, expired ones included.</summary>
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

    /// <summary>Returns the elements of a list, from head to tail.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ListElements()
    {
        if (!Metadata.TryReadList(out ListMetadata list))
        {
            yield break;
        }

        // Indexes are big-endian, so the order of the bytes is the order of the indexes.
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

    /// <summary>Returns the members of a set, in byte order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> SetMembers() =>
        Type == KvrocksType.Set ? Sorted().Select(element => (ReadOnlyMemory<byte>)element.Key) : [];

    /// <summary>Returns the members of a sorted set, in byte order.</summary>
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

    /// <summary>Returns the ids of a sortedint, in order.</summary>
    public IEnumerable<ulong> SortedInts() =>
        Type == KvrocksType.SortedInt
            ? Sorted()
                .Where(element => element.Key.Length == sizeof(ulong))
                .Select(element => BinaryPrimitives.ReadUInt64BigEndian(element.Key))
            : [];

    /// <summary>
    /// Returns the bytes of a bitmap as GET returns them, and as a Redis string has them: the first bit is the most significant one. Null
    /// for other types, and for a bitmap that is larger than <paramref name="maxSize"/>.
    /// </summary>
    /// <param name="maxSize">The size, in bytes, up to which the bitmap is returned: the size is only a claim of the metadata.</param>
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

    /// <summary>
    /// Returns the registers of a HyperLogLog in Redis's dense form, <see cref="HyperLogLog.Size"/> bytes; null for other types.
    /// </summary>
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
                segment.AsSpan(0, Math.Min(segment.Length, HyperLogLog.SegmentSize))
                    .CopyTo(registers.AsSpan((int)index * HyperLogLog.SegmentSize));
            }
        }

        return registers;
    }

    /// <summary>Returns the entries of a stream, by id.</summary>
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

    /// <summary>
    /// Returns the consumer groups of a stream, by name in byte order. Records of a group that has no record of its own are left out.
    /// </summary>
    public IReadOnlyList<StreamGroupState> StreamGroups()
    {
        if (Type != KvrocksType.Stream)
        {
            return [];
        }

        var groups = new SortedDictionary<byte[], StreamGroupState>(ByteStringComparer.Instance);
        foreach ((byte[] subkey, byte[] value) in Sorted())
        {
            // The record of a group sorts before its consumers, and these sort before its pending entries.
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
