using System.Collections.Immutable;

namespace WalParser.Writing;

/// <summary>
/// What is to be wrong with a record that <see cref="LogWriter.WriteFlawed"/> writes: for tests of what reads logs. The record is cut into fragments as ever;
/// then single ones are damaged, and their order is changed. A fragment is meant by its index in the whole record, from 0. Several flaws can be combined:
/// fragments are exchanged first, then one is repeated, then those that lack are left out, and last another record begins inside. A flaw that the
/// record cannot have, because it has too few fragments, is refused.
/// </summary>
public sealed record RecordFlaws
{
    /// <summary>The longest payload of a fragment, in bytes, so that a short record has several fragments; by default what fits in the block. No flaw in itself. (Where a recyclable log's
    /// block would be left with 7 to 10 bytes, which end a record, a fragment is up to 10 bytes longer.)</summary>
    public int? MaxPayloadLength { get; init; }

    /// <summary>
    /// What is wrong with single fragments, by index. <see cref="FragmentFlaws.CrossesBlocks"/> is not for these, which are cut to fit: see <see cref="FragmentWriter.WriteFlawed"/>.
    /// </summary>
    public IReadOnlyDictionary<int, FragmentFlaws> Fragments { get; init; } = ImmutableDictionary<int, FragmentFlaws>.Empty;

    /// <summary>Whether the first fragment is left out: the record ends without having begun.</summary>
    public bool LacksFirst { get; init; }

    /// <summary>Whether the last fragment is left out: the record begins and does not end.</summary>
    public bool LacksLast { get; init; }

    /// <summary>
    /// The index of a fragment between the first and the last that is left out. Framing does not show it: the record comes out shorter than it was.
    /// </summary>
    public int? LackingMiddle { get; init; }

    /// <summary>
    /// The index of a fragment that is written twice, one right behind the other. Of a fragment between the first and the last framing does not show it: the record comes out longer
    /// than it was.
    /// </summary>
    public int? Repeated { get; init; }

    /// <summary>The indexes of two fragments that are written in each other's places.</summary>
    public (int One, int Other)? Exchanged { get; init; }

    /// <summary>
    /// What stands in the first fragment of another record, which begins behind the first fragment that is written of this one. The rest of this one follows.
    /// It fits in a fragment.
    /// </summary>
    public ReadOnlyMemory<byte>? BegunInside { get; init; }

    /// <summary>The indexes of the fragments in the order in which they are written.</summary>
    /// <param name="count">How many fragments the record has.</param>
    /// <exception cref="ArgumentException">It cannot be so.</exception>
    internal List<int> Order(int count)
    {
        ArgumentNullException.ThrowIfNull(Fragments);
        Ensure(Fragments.Count > 0 || LacksFirst || LacksLast || (LackingMiddle ?? Repeated ?? Exchanged?.One) is not null || BegunInside is not null,
            "Nothing is to be wrong with the record.");
        Ensure(Fragments.Keys.All(index => (uint)index < (uint)count), $"It has {count} fragments: none of that index can be flawed.");
        Ensure(!(LacksFirst || LacksLast || BegunInside is not null) || count > 1, "It is in one fragment.");
        Ensure(!(LacksFirst && LacksLast) || count > 2, "Nothing of it would be left.");
        Ensure(LackingMiddle is not { } middle || (middle > 0 && middle < count - 1), $"It has {count} fragments: none of that index is between the first and the last.");
        Ensure(Repeated is not { } twice || (uint)twice < (uint)count, $"It has {count} fragments: none of that index can be repeated.");
        List<int> order = [.. Enumerable.Range(0, count)];
        if (Exchanged is { } pair)
        {
            Ensure(
                (uint)pair.One < (uint)count && (uint)pair.Other < (uint)count && pair.One != pair.Other,
                $"It has {count} fragments: no two of those indexes can be exchanged.");
            (order[pair.One], order[pair.Other]) = (order[pair.Other], order[pair.One]);
        }

        if (Repeated is { } repeated)
        {
            order.Insert(order.IndexOf(repeated), repeated);
        }

        order.RemoveAll(index => (LacksFirst && index == 0) || (LacksLast && index == count - 1) || index == LackingMiddle);
        Ensure(order.Count > 0, "Nothing of it would be left.");
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
