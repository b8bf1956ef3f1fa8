using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Items;

/// <summary>The cluster slots from <see cref="First"/> to <see cref="Last"/>.</summary>
public readonly record struct SlotRange
{
    /// <summary>Creates a range of slots.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="last">The last slot, which belongs to the range.</param>
    /// <exception cref="ArgumentOutOfRangeException">A slot does not exist, or the last is before the first.</exception>
    public SlotRange(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, RedisSlot.Count);
        First = first;
        Last = last;
    }

    /// <summary>Creates a range of a single slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slot does not exist.</exception>
    public SlotRange(int slot)
        : this(slot, slot)
    {
    }

    /// <summary>The first slot.</summary>
    public int First { get; }

    /// <summary>The last slot, which belongs to the range.</summary>
    public int Last { get; }

    /// <summary>Returns whether a slot is in the range.</summary>
    public bool Contains(int slot) => slot >= First && slot <= Last;
}
