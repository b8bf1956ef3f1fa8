using WalParser.Kvrocks.Decoding;

namespace WalParser.Tool.Output;

/// <summary>Shows what a range deletion deletes: in words for people, and as parts for programs.</summary>
internal static class RangeParts
{
    /// <summary>
    /// Writes the words. For <see cref="DeletedRangeKind.Other"/>, they are the stored keys at which the range begins and ends.
    /// </summary>
    /// <param name="output">The output.</param>
    /// <param name="range">The range.</param>
    /// <param name="begin">The first stored key.</param>
    /// <param name="end">The stored key before which the range ends.</param>
    public static void WriteWords(ByteWriter output, in DeletedRange range, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end)
    {
        switch (range.Kind)
        {
            case DeletedRangeKind.Namespace:
                Write(output, "all keys of namespace ", range.Namespace);
                break;
            case DeletedRangeKind.Slots:
                output.Write($"all keys of slots {range.FirstSlot} to {range.LastSlot}");
                break;
            case DeletedRangeKind.Keys:
                Write(output, "keys from ", range.UserKey);
                Write(output, " up to, not including, ", range.EndKey);
                if (!range.EndNamespace.SequenceEqual(range.Namespace))
                {
                    Write(output, " of namespace ", range.EndNamespace);
                }

                break;
            case DeletedRangeKind.AllElements:
                Write(output, "all elements of ", range.UserKey);
                break;
            case DeletedRangeKind.Elements:
                Write(output, "elements of ", range.UserKey);
                Write(output, " from ", range.FirstElement);
                Write(output, " up to, not including, ", range.EndElement);
                break;
            case DeletedRangeKind.StreamEntries:
                Write(output, "entries of stream ", range.UserKey);
                output.Write($" from {range.FirstId}");
                output.Write(
                    range.EndId is not { } last ? " to the last one"
                    : range.IncludesEndId ? $" to {last}"
                    : $" up to, not including, {last}");
                break;
            case DeletedRangeKind.SearchFields:
                Write(output, "the fields of search index ", range.Index);
                break;
            case DeletedRangeKind.SearchContent:
                Write(output, "the content of search index ", range.Index);
                break;
            case DeletedRangeKind.Scripts:
                output.Write("all scripts"u8);
                break;
            case DeletedRangeKind.Libraries:
                output.Write("the code of all function libraries"u8);
                break;
            case DeletedRangeKind.Functions:
                output.Write("all functions"u8);
                break;
            default:
                Write(output, "stored keys from ", begin);
                Write(output, " up to, not including, ", end);
                break;
        }
    }

    /// <summary>Writes the parts.</summary>
    public static void Write(in DeletedRange range, IPartWriter to)
    {
        string kind = range.Kind.ToString();
        to.Text("deletes", char.ToLowerInvariant(kind[0]) + kind[1..]);
        switch (range.Kind)
        {
            case DeletedRangeKind.Slots:
                to.Number("firstSlot", (ulong)range.FirstSlot.GetValueOrDefault());
                to.Number("lastSlot", (ulong)range.LastSlot.GetValueOrDefault());
                break;
            case DeletedRangeKind.Keys:
                to.Bytes("firstKey", range.UserKey);
                to.Bytes("endKey", range.EndKey);
                if (!range.EndNamespace.SequenceEqual(range.Namespace))
                {
                    to.Bytes("endNamespace", range.EndNamespace);
                }

                break;
            case DeletedRangeKind.AllElements:
                to.Bytes("key", range.UserKey);
                break;
            case DeletedRangeKind.Elements:
                to.Bytes("key", range.UserKey);
                to.Bytes("firstElement", range.FirstElement);
                to.Bytes("endElement", range.EndElement);
                break;
            case DeletedRangeKind.StreamEntries:
                to.Bytes("key", range.UserKey);
                to.Text("firstId", range.FirstId.GetValueOrDefault().ToString());
                if (range.EndId is { } id)
                {
                    to.Text(range.IncludesEndId ? "lastId" : "endId", id.ToString());
                }

                break;
            case DeletedRangeKind.SearchFields or DeletedRangeKind.SearchContent:
                to.Bytes("index", range.Index);
                break;
        }
    }

    private static void Write(ByteWriter output, string words, ReadOnlySpan<byte> bytes)
    {
        output.Write(words);
        ShownBytes.Write(output, bytes);
    }
}
