using System.Collections.Immutable;
using WalParser.Writing;

namespace WalParser.Testing.Flaws;

/// <summary>
/// The flaws of a record that <see cref="LogWriterExtensions.WriteFlawed"/> writes. The record is cut into fragments as by
/// <see cref="LogWriter"/>. A fragment is named by its index in the whole record, from 0. Flaws can be combined: fragments are exchanged
/// first, then one is repeated, then fragments are left out, and at last another record begins after the first fragment. A flaw that the
/// record cannot have, because it has too few fragments, is an error.
/// </summary>
public sealed record RecordFlaws
{
    /// <summary>
    /// The greatest length of a payload, in bytes, so that a short record has several fragments. The default is the rest of the block. This
    /// is not a flaw. (A fragment is up to 10 bytes longer where it would otherwise leave 7 to 10 bytes in a block of a recyclable log,
    /// which end a record: see <see cref="FragmentWriter.PayloadLengthFor"/>.)
    /// </summary>
    public int? MaxPayloadLength { get; init; }

    /// <summary>
    /// The flaws of single fragments, by index. <see cref="FragmentFlaws.CrossesBlocks"/> cannot be used here, because these fragments are
    /// cut to fit in their blocks; see <see cref="FragmentWriterExtensions.WriteFlawed"/>.
    /// </summary>
    public IReadOnlyDictionary<int, FragmentFlaws> Fragments { get; init; } = ImmutableDictionary<int, FragmentFlaws>.Empty;

    /// <summary>Whether the first fragment is left out, so that the record has no beginning.</summary>
    public bool LacksFirst { get; init; }

    /// <summary>Whether the last fragment is left out, so that the record has no end.</summary>
    public bool LacksLast { get; init; }

    /// <summary>
    /// The index of a fragment between the first and the last that is left out. A reader of the framing cannot detect it: the record is
    /// shorter.
    /// </summary>
    public int? LackingMiddle { get; init; }

    /// <summary>
    /// The index of a fragment that is written twice. If it is between the first and the last, a reader of the framing cannot detect it:
    /// the record is longer.
    /// </summary>
    public int? Repeated { get; init; }

    /// <summary>The indexes of two fragments that are written in each other's places.</summary>
    public (int One, int Other)? Exchanged { get; init; }

    /// <summary>
    /// The payload of the first fragment of another record, which begins after the first fragment that is written of this record. The rest
    /// of this record follows. The payload must fit in one fragment.
    /// </summary>
    public ReadOnlyMemory<byte>? BegunInside { get; init; }

    /// <summary>Returns the indexes of the fragments in the order in which they are written.</summary>
    /// <param name="count">The number of fragments of the record.</param>
    /// <exception cref="ArgumentException">The record cannot have these flaws.</exception>
    internal List<int> Order(int count)
    {
        ArgumentNullException.ThrowIfNull(Fragments);
        string fragments = $"The record has {count} fragments";
        bool isOtherOrder = LacksFirst || LacksLast || (LackingMiddle ?? Repeated ?? Exchanged?.One) is not null;
        Ensure(Fragments.Count > 0 || isOtherOrder || BegunInside is not null, "The record has no flaw.");
        Ensure(Fragments.Keys.All(index => (uint)index < (uint)count), $"{fragments}: none has the index of a flawed fragment.");
        Ensure(!(LacksFirst || LacksLast || BegunInside is not null) || count > 1, "The record has only one fragment.");
        Ensure(!(LacksFirst && LacksLast) || count > 2, "No fragment of the record would be left.");
        Ensure(
            LackingMiddle is not { } middle || (middle > 0 && middle < count - 1),
            $"{fragments}: the index of the lacking fragment is not between the first and the last.");
        Ensure(Repeated is not { } twice || (uint)twice < (uint)count, $"{fragments}: none has the index of the repeated fragment.");
        List<int> order = [.. Enumerable.Range(0, count)];
        if (Exchanged is { } pair)
        {
            Ensure(
                (uint)pair.One < (uint)count && (uint)pair.Other < (uint)count && pair.One != pair.Other,
                $"{fragments}: no two of them have the indexes of the exchanged fragments.");
            (order[pair.One], order[pair.Other]) = (order[pair.Other], order[pair.One]);
        }

        if (Repeated is { } repeated)
        {
            order.Insert(order.IndexOf(repeated), repeated);
        }

        order.RemoveAll(index => (LacksFirst && index == 0) || (LacksLast && index == count - 1) || index == LackingMiddle);
        Ensure(order.Count > 0, "No fragment of the record would be left.");
        Ensure(Fragments.Keys.All(order.Contains), "A flawed fragment would be left out.");
        Ensure(Repeated is not { } kept || order.Contains(kept), "The repeated fragment would be left out.");
        return order;
    }

    private static void Ensure(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
