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

    /// <summary>Returns the elements of a list as LRANGE returns them: as many as the metadata counts, from the head.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ListElements()
    {
        if (!Metadata.TryReadListed(out ListMetadata list))
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

    /// <summary>
    /// Returns the members of a sorted set as ZRANGE returns them, in byte order. ZRANGE reads the scores in <c>zset_score</c>, from the
    /// lowest, as many as the metadata counts. These are the members in <c>default</c> with their scores, unless RENAME or COPY has brought
    /// the version back to the key: then there may be more members than the metadata counts, or a member with several scores.
    /// </summary>
    public IEnumerable<ZSetMember> ZSetMembers()
    {
        if (Type != KvrocksType.ZSet)
        {
            return [];
        }

        List<KeyValuePair<byte[], byte[]>> sorted = Sorted();
        sorted.RemoveAll(member => member.Value.Length != sizeof(ulong));
        if (Live?.Scores is { } scores && (scores.Extra.Count > 0 || scores.Missing.Count > 0))
        {
            HashSet<byte[]> missing = new(scores.Missing, ByteStringComparer.Instance);
            sorted.RemoveAll(member => missing.Contains([.. member.Value, .. member.Key]));
            sorted.AddRange(scores.Extra.Select(entry => KeyValuePair.Create(entry[sizeof(ulong)..], entry[..sizeof(ulong)])));
            sorted.Sort(CompareMembers);
        }

        if ((ulong)sorted.Count > Metadata.Size)
        {
            sorted.Sort(CompareScores);
            sorted.RemoveRange((int)Metadata.Size, sorted.Count - (int)Metadata.Size);
            sorted.Sort(CompareMembers);
        }

        return sorted.Select(member => new ZSetMember(
            member.Key, SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(member.Value))));

        static int CompareMembers(KeyValuePair<byte[], byte[]> x, KeyValuePair<byte[], byte[]> y) =>
            x.Key.AsSpan().SequenceCompareTo(y.Key) is not 0 and var order ? order : x.Value.AsSpan().SequenceCompareTo(y.Value);

        static int CompareScores(KeyValuePair<byte[], byte[]> x, KeyValuePair<byte[], byte[]> y) =>
            x.Value.AsSpan().SequenceCompareTo(y.Value) is not 0 and var order ? order : x.Key.AsSpan().SequenceCompareTo(y.Key);
    }

    /// <summary>
    /// Returns the members of a sorted set, each once: one that <see cref="ZSetMembers"/> returns several times has the score that ZSCORE
    /// returns.
    /// </summary>
    internal IEnumerable<ZSetMember> DistinctZSetMembers()
    {
        List<ZSetMember> members = [.. ZSetMembers()];
        for (int i = 0; i < members.Count; i++)
        {
            bool isFirst = i == 0 || !members[i].Member.Span.SequenceEqual(members[i - 1].Member.Span);
            bool isOnly = isFirst && (i + 1 == members.Count || !members[i].Member.Span.SequenceEqual(members[i + 1].Member.Span));
            if (isFirst)
            {
                yield return !isOnly && TryGetElement(members[i].Member.Span, out ReadOnlyMemory<byte> score) && score.Length == sizeof(ulong)
                    ? members[i] with { Score = SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(score.Span)) }
                    : members[i];
            }
        }
    }

    /// <summary>
    /// Returns the stored elements that the server reads: all, unless RENAME or COPY has brought the version of a sorted set back
    /// (<see cref="ZSetMembers"/>). Null if there are none.
    /// </summary>
    internal Dictionary<byte[], byte[]>? ReadValues()
    {
        if (Type != KvrocksType.ZSet || Live is not { } live || (!live.HasOtherScores && (ulong)live.Values.Count <= Metadata.Size))
        {
            return Live?.Values;
        }

        Dictionary<byte[], byte[]> values = new(ByteStringComparer.Instance);
        foreach (ZSetMember member in DistinctZSetMembers())
        {
            byte[] score = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(score, SortableDouble.Encode(member.Score));
            values.Add(member.Member.ToArray(), score);
        }

        return values;
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
    internal long CountElements() => Type switch
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
