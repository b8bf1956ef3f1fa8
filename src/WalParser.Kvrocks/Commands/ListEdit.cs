using WalParser.Coding;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Commands that change one list to another: the cheapest of several ways, each of which is correct for any elements. None of them empties
/// the list before the end, because that would remove its expiry.
/// </summary>
internal sealed class ListEdit
{
    /// <summary>The number of pushed elements that cost as much as a command.</summary>
    private const double ElementsPerCommand = 32;

    /// <summary>The size of an element, in bytes, that any number of commands may repeat.</summary>
    private const int ShortElement = 64;

    /// <summary>The length of the longest marker: a zero and the digits of a number of 64 bits.</summary>
    private const int LongestMarker = 20;

    private readonly List<Action<CommandWriter>> _steps = [];

    private ListEdit(double cost) => Cost = cost;

    /// <summary>The number of commands, plus a cost for the elements in them.</summary>
    public double Cost { get; }

    public static double CostOfPushes(int count) =>
        count == 0 ? 0 : Math.Ceiling((double)count / CommandWriter.MaxElements) + (count / ElementsPerCommand);

    public static ListEdit Plan(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after)
    {
        int shorter = Math.Min(before.Length, after.Length);
        int prefix = 0;
        while (prefix < shorter && IsSame(before[prefix], after[prefix]))
        {
            prefix++;
        }

        int suffix = 0;
        while (suffix < shorter - prefix && IsSame(before[^(suffix + 1)], after[^(suffix + 1)]))
        {
            suffix++;
        }

        if (prefix == before.Length && prefix == after.Length)
        {
            return new ListEdit(0);
        }

        ListEdit?[] ways =
        [
            Anew(before, after),
            AtTail(before, after, prefix),
            AtHead(before, after, suffix),
            Removal(before, after, prefix),
            Insertion(before, after, prefix, suffix),
            InPlace(before, after, prefix, suffix),
        ];
        return ways.OfType<ListEdit>().MinBy(way => way.Cost)!;
    }

    public static void WritePops(CommandWriter writer, string name, int count)
    {
        if (count == 1)
        {
            writer.Write(name);
        }
        else if (count > 1)
        {
            writer.Write(name, Argument.Of((long)count));
        }
    }

    public void Write(CommandWriter writer) => _steps.ForEach(step => step(writer));

    private static ListEdit Anew(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after)
    {
        if (after.Length == 0)
        {
            return new ListEdit(1) { _steps = { writer => writer.Write("DEL") } };
        }

        var edit = new ListEdit(1 + CostOfPushes(after.Length)) { _steps = { writer => writer.WriteElements("RPUSH", [.. after]) } };
        if (before.Length > 0)
        {
            edit._steps.Add(writer => writer.Write("LTRIM", Argument.Of((long)before.Length), Argument.Of(-1)));
        }

        return edit;
    }

    private static ListEdit? AtTail(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after, int prefix)
    {
        int pops = before.Length - prefix;
        int pushes = after.Length - prefix;
        return prefix == 0 ? null : new ListEdit((pops > 0 ? 1 : 0) + CostOfPushes(pushes))
        {
            _steps =
            {
                writer => WritePops(writer, "RPOP", pops),
                writer => writer.WriteElements("RPUSH", [.. after[prefix..]]),
            },
        };
    }

    private static ListEdit? AtHead(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after, int suffix)
    {
        int pops = before.Length - suffix;
        int pushes = after.Length - suffix;
        return suffix == 0 ? null : new ListEdit((pops > 0 ? 1 : 0) + CostOfPushes(pushes))
        {
            _steps =
            {
                writer => WritePops(writer, "LPOP", pops),
                writer => writer.WriteElements("LPUSH", [.. after[..pushes].Reverse()]),
            },
        };
    }

    /// <summary>
    /// Uses one LREM, if the first or last elements that are equal to the first different one were removed, or all of them.
    /// </summary>
    private static ListEdit? Removal(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after, int prefix)
    {
        int count = before.Length - after.Length;
        if (count <= 0 || after.Length == 0)
        {
            return null;
        }

        ReadOnlyMemory<byte> element = before[prefix];
        int left = count;
        if (Matches(before.Where(other => left == 0 || !IsSame(other, element) || left-- == 0), after))
        {
            return LRem(count);
        }

        left = count;
        bool isLast = Matches(before.Reverse().Where(other => left == 0 || !IsSame(other, element) || left-- == 0), [.. after.Reverse()]);
        return isLast ? LRem(-count) : null;

        ListEdit LRem(long signedCount) => new(1) { _steps = { writer => writer.Write("LREM", Argument.Of(signedCount), element) } };
    }

    /// <summary>Uses LINSERT next to an element that no earlier one equals, because LINSERT searches for the first.</summary>
    private static ListEdit? Insertion(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after, int prefix, int suffix)
    {
        int count = after.Length - before.Length;
        if (count <= 0 || prefix + suffix != before.Length)
        {
            return null;
        }

        // Each command repeats the element next to which it inserts: no more bytes than the whole list has, for a long one.
        ReadOnlyMemory<byte>[] inserted = after[prefix..(prefix + count)];
        long longest = Math.Max(ShortElement, after.Sum(element => (long)element.Length) / count);
        if (prefix > 0 && before[prefix - 1].Length <= longest && FirstOf(before, before[prefix - 1]) == prefix - 1)
        {
            return LInsert("AFTER", before[prefix - 1], inserted.Reverse());
        }

        return prefix < before.Length
            && before[prefix].Length <= longest
            && FirstOf(before, before[prefix]) == prefix
            && FirstOf(inserted, before[prefix]) < 0
            ? LInsert("BEFORE", before[prefix], inserted)
            : null;

        ListEdit LInsert(string where, ReadOnlyMemory<byte> pivot, IEnumerable<ReadOnlyMemory<byte>> elements)
        {
            var edit = new ListEdit(count * (1 + (2 / ElementsPerCommand)));
            foreach (ReadOnlyMemory<byte> element in elements)
            {
                edit._steps.Add(writer => writer.Write("LINSERT", Argument.Of(where), pivot, element));
            }

            return edit;
        }
    }

    /// <summary>
    /// Changes the elements between the unchanged ones on both sides with LSET. Surplus elements are set to a marker that is in neither
    /// list, and removed by its value; missing elements are inserted after a marker that is then set to its final value.
    /// </summary>
    private static ListEdit? InPlace(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after, int prefix, int suffix)
    {
        int old = before.Length - prefix - suffix;
        int others = after.Length - prefix - suffix;
        int common = Math.Min(old, others);
        if (Math.Max(old, others) > CommandWriter.MaxElements || prefix + common + suffix == 0 || (others > old && prefix + common == 0))
        {
            return null;
        }

        List<Action<CommandWriter>> steps = [];
        void Set(int index, ReadOnlyMemory<byte> element) => steps.Add(writer => writer.Write("LSET", Argument.Of((long)index), element));

        ReadOnlyMemory<byte> marker = MarkerFor(before, after);
        for (int i = prefix; i < prefix + common; i++)
        {
            if (!IsSame(before[i], after[i]))
            {
                Set(i, after[i]);
            }
        }

        if (old > others)
        {
            for (int i = prefix + common; i < prefix + old; i++)
            {
                Set(i, marker);
            }

            steps.Add(writer => writer.Write("LREM", Argument.Of(0), marker));
        }
        else if (others > old)
        {
            int pivot = prefix + common - 1;
            Set(pivot, marker);
            for (int i = prefix + others - 1; i > pivot; i--)
            {
                ReadOnlyMemory<byte> element = after[i];
                steps.Add(writer => writer.Write("LINSERT", Argument.Of("AFTER"), marker, element));
            }

            Set(pivot, after[pivot]);
        }

        var edit = new ListEdit(steps.Count);
        edit._steps.AddRange(steps);
        return edit;
    }

    /// <summary>Returns an element that is in neither list.</summary>
    private static ReadOnlyMemory<byte> MarkerFor(ReadOnlyMemory<byte>[] before, ReadOnlyMemory<byte>[] after)
    {
        IEnumerable<byte[]> similar = before.Concat(after)
            .Where(element => element.Length is > 1 and <= LongestMarker && element.Span[0] == 0)
            .Select(element => element.ToArray());
        HashSet<byte[]> taken = new(similar, ByteStringComparer.Instance);
        for (long i = 0; ; i++)
        {
            ReadOnlyMemory<byte> marker = Argument.Of(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\0{i}"));
            if (!taken.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(marker.Span))
            {
                return marker;
            }
        }
    }

    private static int FirstOf(ReadOnlyMemory<byte>[] list, ReadOnlyMemory<byte> element) =>
        Array.FindIndex(list, other => IsSame(other, element));

    private static bool Matches(IEnumerable<ReadOnlyMemory<byte>> elements, ReadOnlyMemory<byte>[] list)
    {
        int index = 0;
        foreach (ReadOnlyMemory<byte> element in elements)
        {
            if (index == list.Length || !IsSame(element, list[index++]))
            {
                return false;
            }
        }

        return index == list.Length;
    }

    private static bool IsSame(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);
}
