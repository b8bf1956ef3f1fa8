using System.Text;
using WalParser.Kvrocks.Keys;
using WalParser.Salvage;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Salvage;

/// <summary>The namespace and the user's key in a key of Kvrocks that a record next to a hole changes.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Key">The user's key.</param>
internal sealed record KvrocksName(byte[] Namespace, byte[] Key)
{
    /// <summary>
    /// Returns the name in a key if the key has the form of a key or of an element of Kvrocks in its column family; null if not, and if
    /// only a part of the key is known. The forms begin with the length of the namespace, so that hardly any other key has one.
    /// </summary>
    /// <param name="edge">The record.</param>
    /// <param name="families">The column families of its database.</param>
    public static KvrocksName? Of(SalvageEdge edge, FamilyNames families)
    {
        ReadOnlySpan<byte> key = edge.Key.Span;
        if (edge.ColumnFamily is not { } id || edge.KeyLength > key.Length)
        {
            return null;
        }

        KvrocksColumnFamily family = families.ForKvrocks[id];
        if (family == KvrocksColumnFamily.Metadata)
        {
            // Two bytes that are the slot of the rest are taken for it, as SlotEncodingDetector does.
            bool hasSlot = MetadataKey.TryRead(key, hasSlot: true, out MetadataKey read) && read.Slot == RedisSlot.Of(read.UserKey);
            return hasSlot || MetadataKey.TryRead(key, hasSlot: false, out read) ? Of(read.Namespace, read.UserKey) : null;
        }

        if (family.HasElements)
        {
            bool hasSlot = SubkeyKey.TryRead(key, hasSlot: true, out SubkeyKey read) && read.Slot == RedisSlot.Of(read.UserKey);
            return hasSlot || SubkeyKey.TryRead(key, hasSlot: false, out read) ? Of(read.Namespace, read.UserKey) : null;
        }

        return null;
    }

    /// <summary>Returns the name in the form in which <c>dump --kvrocks</c> shows it.</summary>
    public override string ToString() => $"ns={Shown(Namespace)} key={Shown(Key)}";

    private static KvrocksName? Of(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key) =>
        !ns.IsEmpty && ByteText.IsText(ns) ? new KvrocksName(ns.ToArray(), key.ToArray()) : null;

    private static string Shown(byte[] bytes)
    {
        var shown = new MemoryStream();
        var output = new ByteWriter(shown);
        ShownBytes.Write(output, bytes);
        output.Flush();
        return Encoding.UTF8.GetString(shown.ToArray());
    }
}
