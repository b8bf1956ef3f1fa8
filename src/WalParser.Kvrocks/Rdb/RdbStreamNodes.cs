using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Rdb;

// The entries of a stream are in nodes (Redis, src/t_stream.c). The key of a node is the id of its first entry, and its value a listpack.
// It begins with the master entry, whose field names other entries need not repeat:
//
//   entries | deleted entries | number of fields | names ... | 0
//
// and then, for each entry, with the id as the difference from the key:
//
//   2 | milliseconds | sequence | values ... | n                                  with the names of the master entry
//   0 | milliseconds | sequence | number of fields | name | value ... | n         with other names
//
// where n is the number of the listpack's elements before it that belong to the entry.

/// <summary>Writes the entries of a stream as nodes.</summary>
internal static class RdbStreamNodes
{
    // The limits that servers have by default (stream-node-max-bytes, stream-node-max-entries).
    private const int NodeSize = 4096;
    private const int NodeEntries = 100;

    private const long SameFields = 2;
    private const long OtherFields = 0;

    private const int IdSize = 16;

    /// <summary>Writes the nodes, after their number.</summary>
    public static void Write(RdbOutput output, List<StreamEntry> entries)
    {
        List<int> ends = NodesOf(entries);
        output.WriteLength(ends.Count);
        var listpack = new Listpack();
        int start = 0;
        foreach (int end in ends)
        {
            Add(listpack, entries, start, end);
            output.WriteLength(IdSize);
            RdbStream.WriteIdBytes(output, entries[start].Id);
            listpack.WriteTo(output);
            start = end;
        }
    }

    /// <summary>Returns for each node the index of the entry after its last one.</summary>
    private static List<int> NodesOf(List<StreamEntry> entries)
    {
        List<int> ends = [];
        long size = 0;
        int start = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            long entry = entries[i].Fields.Sum(field => Listpack.SizeOf(field.Span));
            if (i > start && (size + entry > NodeSize || i - start >= NodeEntries))
            {
                ends.Add(i);
                start = i;
                size = 0;
            }

            size += entry;
        }

        if (entries.Count > 0)
        {
            ends.Add(entries.Count);
        }

        return ends;
    }

    private static void Add(Listpack listpack, List<StreamEntry> entries, int start, int end)
    {
        StreamEntry master = entries[start];
        int masterFields = master.Fields.Count / 2;
        listpack.Add(end - start);
        listpack.Add(0);
        listpack.Add(masterFields);
        for (int i = 0; i < master.Fields.Count; i += 2)
        {
            listpack.Add(master.Fields[i].Span);
        }

        listpack.Add(0);
        for (int i = start; i < end; i++)
        {
            StreamEntry entry = entries[i];
            bool isSame = HaveSameNames(entry, master);
            listpack.Add(isSame ? SameFields : OtherFields);

            // The differences wrap around, as a server's do.
            listpack.Add(unchecked((long)(entry.Id.Milliseconds - master.Id.Milliseconds)));
            listpack.Add(unchecked((long)(entry.Id.Sequence - master.Id.Sequence)));
            if (!isSame)
            {
                listpack.Add(entry.Fields.Count / 2);
            }

            for (int field = isSame ? 1 : 0; field < entry.Fields.Count; field += isSame ? 2 : 1)
            {
                listpack.Add(entry.Fields[field].Span);
            }

            listpack.Add(isSame ? 3 + masterFields : 4 + entry.Fields.Count);
        }
    }

    private static bool HaveSameNames(StreamEntry entry, StreamEntry master)
    {
        if (entry.Fields.Count != master.Fields.Count)
        {
            return false;
        }

        for (int i = 0; i < entry.Fields.Count; i += 2)
        {
            if (!entry.Fields[i].Span.SequenceEqual(master.Fields[i].Span))
            {
                return false;
            }
        }

        return true;
    }
}
