using System.Globalization;

namespace WalParser.Kvrocks.Elements;

/// <summary>The id of a stream's entry.</summary>
/// <param name="Milliseconds">The first part: if the server gave the id, the time in milliseconds since 1970.</param>
/// <param name="Sequence">The second part, counting within the millisecond.</param>
public readonly record struct StreamEntryId(ulong Milliseconds, ulong Sequence) : IComparable<StreamEntryId>
{
    /// <inheritdoc/>
    public int CompareTo(StreamEntryId other)
    {
        int order = Milliseconds.CompareTo(other.Milliseconds);
        return order != 0 ? order : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>The id as Redis writes it: <c>1000-1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come after <paramref name="right"/>.</summary>
    public static bool operator <=(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come before <paramref name="right"/>.</summary>
    public static bool operator >=(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) >= 0;

    internal static bool TryRead(ref BigEndianReader reader, out StreamEntryId id)
    {
        bool isWhole = reader.TryRead64(out ulong milliseconds) & reader.TryRead64(out ulong sequence);
        id = new StreamEntryId(milliseconds, sequence);
        return isWhole;
    }
}
