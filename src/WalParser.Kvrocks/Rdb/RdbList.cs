using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Rdb;

/// <summary>Lists: nodes of several elements, as servers make them.</summary>
internal static class RdbList
{
    /// <summary>The size of a node above which the next one begins (Redis, <c>list-max-listpack-size -2</c>).</summary>
    private const int NodeSize = 8 * 1024;

    /// <summary>
    /// The size of an element above which it is a node of its own without a listpack. A listpack may have up to 1 GiB (Redis,
    /// <c>LISTPACK_MAX_SAFETY_LIMIT</c>).
    /// </summary>
    private const int LargestPackedElement = (1 << 30) - 64;

    private const int PlainNode = 1;
    private const int PackedNode = 2;

    /// <summary>Returns the elements; null if none is known.</summary>
    public static RdbValue? Of(KeyspaceKey key)
    {
        List<ReadOnlyMemory<byte>> elements = [.. key.ListElements()];
        return elements.Count == 0 ? null : new RdbValue(RdbCode.ListQuicklist2, output => Write(output, elements));
    }

    private static void Write(RdbOutput output, List<ReadOnlyMemory<byte>> elements)
    {
        List<int> ends = NodesOf(elements);
        output.WriteLength(ends.Count);
        var listpack = new Listpack();
        int start = 0;
        foreach (int end in ends)
        {
            if (elements[start].Length > LargestPackedElement)
            {
                output.WriteLength(PlainNode);
                output.WriteLength(elements[start].Length);
                output.WriteRaw(elements[start].Span);
            }
            else
            {
                output.WriteLength(PackedNode);
                for (int i = start; i < end; i++)
                {
                    listpack.Add(elements[i].Span);
                }

                listpack.WriteTo(output);
            }

            start = end;
        }
    }

    /// <summary>Returns for each node the index of the element after its last one.</summary>
    private static List<int> NodesOf(List<ReadOnlyMemory<byte>> elements)
    {
        List<int> ends = [];
        long size = Listpack.EmptySize;
        for (int i = 0; i < elements.Count; i++)
        {
            long element = Listpack.SizeOf(elements[i].Span);
            if (i > 0 && size + element > NodeSize)
            {
                ends.Add(i);
                size = Listpack.EmptySize;
            }

            size += element;
        }

        ends.Add(elements.Count);
        return ends;
    }
}
