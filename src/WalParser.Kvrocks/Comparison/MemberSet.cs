using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Comparison;

/// <summary>The elements of a hash, set, sorted set or sortedint, found by the names that a server has for them.</summary>
internal sealed class MemberSet
{
    private readonly KeyspaceKey _key;
    private readonly Dictionary<byte[], byte[]>? _values;
    private readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>>? _elements;
    private readonly bool _hasFieldExpiration;

    public MemberSet(KeyspaceKey key)
    {
        _key = key;
        _values = key.ReadValues();
        _elements = _values?.GetAlternateLookup<ReadOnlySpan<byte>>();
        _hasFieldExpiration = key.Metadata.TryReadHash(out HashMetadata hash) && hash.HasFieldExpiration;
    }

    /// <summary>Whether the metadata's number of elements is the number that a server has: expired fields may still be counted.</summary>
    public bool IsSizeExact => !_hasFieldExpiration;

    /// <summary>Whether a sorted set has scores that are not numbers, which no server accepts.</summary>
    public bool HasScoresThatAreNoNumbers =>
        _key.Live?.Values.Values.Any(stored => stored.Length != sizeof(ulong)) == true || Members.Count() < (_values?.Count ?? 0);

    /// <summary>All elements.</summary>
    public IEnumerable<Member> Members
    {
        get
        {
            foreach ((byte[] subkey, byte[] stored) in _values ?? [])
            {
                if (TryRead(subkey, stored, out Member? member))
                {
                    yield return member;
                }
            }
        }
    }

    /// <summary>Finds the element to which a server's name belongs.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Member? member)
    {
        if (_key.Type != KvrocksType.SortedInt)
        {
            return TryFindStored(name, out member);
        }

        member = null;
        Span<byte> subkey = stackalloc byte[sizeof(ulong)];
        if (!Utf8Parser.TryParse(name, out ulong number, out int length) || length != name.Length || (name.Length > 1 && name[0] == '0'))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt64BigEndian(subkey, number);
        return TryFindStored(subkey, out member);
    }

    private bool TryFindStored(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Member? member)
    {
        member = null;
        return _elements is { } elements
            && elements.TryGetValue(name, out byte[]? subkey, out byte[]? stored)
            && TryRead(subkey, stored, out member);
    }

    private bool TryRead(byte[] subkey, byte[] stored, [NotNullWhen(true)] out Member? member)
    {
        member = _key.Type switch
        {
            KvrocksType.Hash => HashFieldValue.TryRead(stored, _hasFieldExpiration, out HashFieldValue value)
                ? new Member(subkey, subkey, stored.AsMemory(stored.Length - value.Value.Length), null, value.ExpiryMilliseconds)
                : null,
            KvrocksType.Set => new Member(subkey, subkey, default, null, 0),
            KvrocksType.ZSet => stored.Length == sizeof(ulong)
                && SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(stored)) is var score
                && !double.IsNaN(score)
                    ? new Member(subkey, subkey, default, score, 0)
                    : null,
            _ => subkey.Length == sizeof(ulong) ? OfNumber(subkey, BinaryPrimitives.ReadUInt64BigEndian(subkey)) : null,
        };
        return member is not null;
    }

    private static Member OfNumber(byte[] subkey, ulong number) =>
        new(subkey, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), default, number, 0);

    /// <summary>An element.</summary>
    /// <param name="Identity">The array of the dataset that identifies the element.</param>
    /// <param name="Name">The name that a server has for it.</param>
    /// <param name="Value">The value of a field.</param>
    /// <param name="Score">The score of a member; null if members have none.</param>
    /// <param name="ExpiryMilliseconds">The expiry of a field; 0 for never.</param>
    public sealed record Member(
        byte[] Identity, ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value, double? Score, ulong ExpiryMilliseconds)
    {
        /// <summary>Returns whether the element exists at a time.</summary>
        public bool ExistsAt(DateTimeOffset time) => new HashField(Name, Value, ExpiryMilliseconds).ExistsAt(time);
    }
}
