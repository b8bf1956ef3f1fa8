namespace WalParser.Kvrocks.Replay;

/// <summary>How far the checkpoint of a slot is, and what was sent to the slot and has no reply yet.</summary>
internal sealed class SlotProgress(int slot)
{
    public int Slot => slot;

    /// <summary>
    /// The first number of the slot's checkpoint: nothing was refused in the slot up to it. Null if the server has no checkpoint.
    /// </summary>
    public ulong? Confirmed { get; set; }

    /// <summary>The second number of the slot's checkpoint: the last batch that the server executed. Null if the server has none.</summary>
    public ulong? Executed { get; set; }

    /// <summary>
    /// The number after which all keys of the slot are in their state, because they were brought to it; null if they were not.
    /// </summary>
    public ulong? Healed { get; set; }

    /// <summary>Whether this replay has sent commands to the slot.</summary>
    public bool IsUsed { get; set; }

    /// <summary>The transaction that has no reply yet. There is at most one, so that the order within a slot is kept.</summary>
    public SlotTransaction? Pending { get; set; }
}
