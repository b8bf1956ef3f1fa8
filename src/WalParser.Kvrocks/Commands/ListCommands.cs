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
        SortedDictionary<ulong, SubkeyChange> changes = ByIndex(change);
        var ends = ListEnds.Of(change, changes);
        if (ends is not null && !context.Rewrites.TrySpend(ends.OldSize))
        {
            ends = null;
        }

        if (ends is { AreAll: true } or { Cost: <= 1 })
        {
            ends.Write(writer);
            return true;
        }

        if (context.Rewrites.TrySpend(RewriteAllowance.CostOf(change)))
        {
            Compare(writer, change, changes, ends);
            return true;
        }

        ends?.Write(writer);
        return ends is not null;
    }

    /// <summary>Writes the cheapest commands that change the elements before to those after.</summary>
    private static void Compare(CommandWriter writer, KeyChange change, SortedDictionary<ulong, SubkeyChange> changes, ListEnds? ends)
    {
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

    public static ListMetadata MetadataOf(ReadOnlyMemory<byte> value) =>
        KvrocksMetadata.ReadOrDefault(value).TryReadListed(out ListMetadata list) ? list : default;
}
