using System.Buffers.Binary;
using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares lists by position. Of a list that the logs have only in part, the known elements are compared at their positions.
/// </summary>
internal static class ListComparison
{
    public static async Task CompareAsync(ComparedKey key)
    {
        long length = await key.Server.NumberAsync("LLEN", key.Name).ConfigureAwait(false);
        key.Differences.Check(
            ComparedPart.Length,
            key.Key.Metadata.Size.ToString(CultureInfo.InvariantCulture),
            length.ToString(CultureInfo.InvariantCulture));

        int size = ReadServer.ElementsPerPage(key.Key.ElementsSize, key.Key.ElementCount);
        RespValue[] page = [];
        long pageStart = 0;
        foreach ((long index, ReadOnlyMemory<byte> element) in Elements(key))
        {
            if (key.Differences.IsFull)
            {
                return;
            }

            if (index >= length)
            {
                key.Differences.Add(ComparedPart.Element, index, ComparedValue.Of(element), null);
                continue;
            }

            if (index < pageStart || index >= pageStart + page.Length)
            {
                pageStart = index;
                page = await key.Server.ItemsAsync("LRANGE", key.Name, index, index + size - 1).ConfigureAwait(false);
                if (page.Length == 0)
                {
                    // The list became shorter while it was compared.
                    length = index;
                    key.Differences.Add(ComparedPart.Element, index, ComparedValue.Of(element), null);
                    continue;
                }
            }

            ReadOnlyMemory<byte> server = page[index - pageStart].Bytes;
            if (!element.Span.SequenceEqual(server.Span))
            {
                (ComparedValue ours, ComparedValue theirs) = ComparedValue.OfBoth(element, server);
                key.Differences.Add(ComparedPart.Element, index, ours, theirs);
            }
        }

        await AddRestAsync(key, length, size).ConfigureAwait(false);
    }

    /// <summary>Adds the first elements that only the server has.</summary>
    private static async Task AddRestAsync(ComparedKey key, long length, int size)
    {
        long known = (long)Math.Min(key.Key.Metadata.Size, long.MaxValue);
        if (length <= known || key.Differences.IsFull)
        {
            return;
        }

        RespValue[] rest = await key.Server.ItemsAsync("LRANGE", key.Name, known, known + Math.Min(size, 10) - 1).ConfigureAwait(false);
        for (int i = 0; i < rest.Length; i++)
        {
            key.Differences.Add(ComparedPart.Element, known + i, null, ComparedValue.Of(rest[i].Bytes));
        }
    }

    private static IEnumerable<(long Index, ReadOnlyMemory<byte> Element)> Elements(ComparedKey key)
    {
        ListMetadata list = ListCommands.MetadataOf(key.Key.StoredMetadata);
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> element) in key.Key.Elements)
        {
            if (subkey.Length == sizeof(ulong)
                && BinaryPrimitives.ReadUInt64BigEndian(subkey.Span) is var index
                && index >= list.Head
                && index < list.Tail)
            {
                yield return ((long)Math.Min(index - list.Head, long.MaxValue), element);
            }
        }
    }
}
