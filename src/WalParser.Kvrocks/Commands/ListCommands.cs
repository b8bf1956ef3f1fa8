using System.Buffers.Binary;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for lists. Pushes and pops show in how head and tail move, and the setting of one element in its own record: these are
/// converted from that alone, at any length of the list. Other changes are found by comparing the elements before and after.
/// </summary>
internal sealed class ListCommands : TypeCommands
{
    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        writer.WriteElements("RPUSH", [.. key.ListElements()]);
        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        Update(writer, change);
        return true;
    }

    private static void Update(CommandWriter writer, KeyChange change)
    {
        SortedDictionary<ulong, SubkeyChange> changes = ByIndex(change);
        var ends = Ends.Of(change, changes);
        if (ends is { Sets.Count: 0 } or { Cost: <= 1 })
        {
            ends.Write(writer);
            return;
        }

        List<KeyValuePair<ulong, ReadOnlyMemory<byte>>> elements = [];
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> element) in change.Key!.Elements)
        {
            if (subkey.Length == sizeof(ulong))
            {
                elements.Add(new(BinaryPrimitives.ReadUInt64BigEndian(subkey.Span), element));
            }
        }

        IEnumerable<KeyValuePair<ulong, ReadOnlyMemory<byte>>> elementsBefore = elements
            .Where(element => !changes.ContainsKey(element.Key))
            .Concat(changes
                .Where(one => one.Value.Before is not null)
                .Select(one => KeyValuePair.Create(one.Key, one.Value.Before!.Value)))
            .OrderBy(element => element.Key);
        var edit = ListEdit.Plan(
            Between(elementsBefore, MetadataOf(change.MetadataBefore!.Value)), Between(elements, MetadataOf(change.MetadataAfter!.Value)));
        if (ends is not null && ends.Cost <= edit.Cost)
        {
            ends.Write(writer);
        }
        else
        {
            edit.Write(writer);
        }
    }

    private static SortedDictionary<ulong, SubkeyChange> ByIndex(KeyChange change)
    {
        SortedDictionary<ulong, SubkeyChange> changes = [];
        foreach (SubkeyChange subkey in change.Subkeys.Where(subkey => subkey.Subkey.Length == sizeof(ulong)))
        {
            changes.Add(BinaryPrimitives.ReadUInt64BigEndian(subkey.Subkey.Span), subkey);
        }

        return changes;
    }

    private static ReadOnlyMemory<byte>[] Between(IEnumerable<KeyValuePair<ulong, ReadOnlyMemory<byte>>> elements, ListMetadata list) =>
        [.. elements.Where(element => element.Key >= list.Head && element.Key < list.Tail).Select(element => element.Value)];

    private static ListMetadata MetadataOf(ReadOnlyMemory<byte> value) =>
        KvrocksMetadata.ReadOrDefault(value).TryReadList(out ListMetadata list) ? list : default;

    /// <summary>The changes at the two ends of a list whose elements are all known, and the elements that were set between them.</summary>
    private sealed record Ends(
        int LeftPops,
        int RightPops,
        List<ReadOnlyMemory<byte>> LeftPushes,
        List<ReadOnlyMemory<byte>> RightPushes,
        List<(long Index, ReadOnlyMemory<byte> Element)> Sets)
    {
        public double Cost =>
            (LeftPops > 0 ? 1 : 0)
            + (RightPops > 0 ? 1 : 0)
            + Sets.Count
            + ListEdit.CostOfPushes(LeftPushes.Count)
            + ListEdit.CostOfPushes(RightPushes.Count);

        public static Ends? Of(KeyChange change, SortedDictionary<ulong, SubkeyChange> changes)
        {
            ListMetadata before = MetadataOf(change.MetadataBefore!.Value);
            ListMetadata after = MetadataOf(change.MetadataAfter!.Value);
            ulong start = Math.Max(before.Head, after.Head);
            ulong end = Math.Min(before.Tail, after.Tail);
            long count = change.Key!.ElementCount;
            long countBefore = count
                - change.Subkeys.Count(subkey => subkey.Before is null)
                + change.Subkeys.Count(subkey => subkey.After is null);
            bool isKnown = start < end
                && after.Tail - after.Head == (ulong)count
                && before.Tail - before.Head == (ulong)countBefore
                && changes.Count == change.Subkeys.Count;
            if (!isKnown)
            {
                return null;
            }

            List<ReadOnlyMemory<byte>> left = [];
            List<ReadOnlyMemory<byte>> right = [];
            List<(long, ReadOnlyMemory<byte>)> sets = [];
            foreach ((ulong index, SubkeyChange subkey) in changes)
            {
                if (subkey.After is not { } element)
                {
                    // Both counts would also be right if the removed element were between the ends.
                    if (index >= start && index < end)
                    {
                        return null;
                    }
                }
                else if (index < start)
                {
                    left.Add(element);
                }
                else if (index >= end)
                {
                    right.Add(element);
                }
                else if (subkey.Before is null)
                {
                    return null;
                }
                else
                {
                    sets.Add(((long)(index - after.Head), element));
                }
            }

            left.Reverse();
            return (ulong)left.Count == start - after.Head && (ulong)right.Count == after.Tail - end
                ? new Ends((int)(start - before.Head), (int)(before.Tail - end), left, right, sets)
                : null;
        }

        public void Write(CommandWriter writer)
        {
            ListEdit.WritePops(writer, "LPOP", LeftPops);
            ListEdit.WritePops(writer, "RPOP", RightPops);
            writer.WriteElements("LPUSH", LeftPushes);
            writer.WriteElements("RPUSH", RightPushes);
            foreach ((long index, ReadOnlyMemory<byte> element) in Sets)
            {
                writer.Write("LSET", Argument.Of(index), element);
            }
        }
    }
}
