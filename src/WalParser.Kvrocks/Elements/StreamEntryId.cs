using System.Globalization;
using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>The id of a stream entry.</summary>
/// <param name="Milliseconds">The first part; the time in milliseconds since 1970 if the server generated the id.</param>
/// <param name="Sequence">The second part, which counts within the millisecond.</param>
public readonly record struct StreamEntryId(ulong Milliseconds, ulong Sequence) : IComparable<StreamEntryId>
{
    /// <inheritdoc/>
    public int CompareTo(StreamEntryId other)
    {
        int order = Milliseconds.CompareTo(other.Milliseconds);
        return order != 0 ? order : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>Returns the id in Redis's notation, for example <c>1000-1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");

    /// <summary>Returns true if <paramref name="left"/> precedes <paramref name="right"/>.</summary>
    public static bool operator <(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) < 0;

    /// <summary>Returns true if <paramref name="left"/> follows <paramref name="right"/>.</summary>
    public static bool operator >(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) > 0;

    /// <summary>Returns true if <paramref name="left"/> precedes or equals <paramref name="right"/>.</summary>
    public static bool operator <=(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) <= 0;

    /// <summary>Returns true if <paramref name="left"/> follows or equals <paramref name="right"/>.</summary>
    public static bool operator >=(StreamEntryId left, StreamEntryId right) => left.CompareTo(right) >= 0;

    internal static bool TryRead(ref BigEndianReader reader, out StreamEntryId id)
    {
        bool isWhole = reader.TryRead64(out ulong milliseconds) & reader.TryRead64(out ulong sequence);
        id = new StreamEntryId(milliseconds, sequence);
        return isWhole;
    }
}
