using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Items;

/// <summary>Some of the cluster slots: those from <see cref="First"/> to <see cref="Last"/>.</summary>
public readonly record struct SlotRange
{
    /// <summary>A range of slots.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="last">The last, which belongs to it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no such slots, or none from the first to the last.</exception>
    public SlotRange(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, RedisSlot.Count);
        First = first;
        Last = last;
    }

    /// <summary>A single slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public SlotRange(int slot)
        : this(slot, slot)
    {
    }

    /// <summary>The first slot.</summary>
    public int First { get; }

    /// <summary>The last slot, which belongs to the range.</summary>
    public int Last { get; }

    /// <summary>Whether a slot is one of them.</summary>
    public bool Contains(int slot) => slot >= First && slot <= Last;
}
