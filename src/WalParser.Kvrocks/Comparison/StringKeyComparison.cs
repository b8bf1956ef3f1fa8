namespace WalParser.Kvrocks.Comparison;

/// <summary>Compares strings, and bitmaps that are strings on the server, page by page.</summary>
internal static class StringKeyComparison
{
    /// <summary>Compares a string whose bytes are at hand.</summary>
    public static Task CompareAsync(ComparedKey key)
    {
        ReadOnlyMemory<byte> value = key.Key.StringValue;
        return CompareAsync(key, value.Length, (offset, length) => value.Slice((int)offset, length));
    }

    /// <summary>Compares a string whose pages are made when they are needed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="length">The length in the logs.</param>
    /// <param name="pageAt">Returns bytes by offset and length.</param>
    public static async Task CompareAsync(ComparedKey key, long length, Func<long, int, ReadOnlyMemory<byte>> pageAt)
    {
        long serverLength = await key.Server.NumberAsync("STRLEN", key.Name).ConfigureAwait(false);
        if (serverLength != length)
        {
            key.Differences.Add(ComparedPart.Length, ComparedValue.Of(length), ComparedValue.Of(serverLength));
        }

        long common = Math.Min(length, serverLength);
        for (long offset = 0; offset < common; offset += ReadServer.PageSize)
        {
            int size = (int)Math.Min(ReadServer.PageSize, common - offset);
            ReadOnlyMemory<byte> logs = pageAt(offset, size);
            ReadOnlyMemory<byte> server =
                await key.Server.BytesAsync("GETRANGE", key.Name, offset, offset + size - 1).ConfigureAwait(false);
            if (!logs.Span.SequenceEqual(server.Span))
            {
                (ComparedValue ours, ComparedValue theirs) = ComparedValue.OfPages(logs, length, server, serverLength, offset);
                key.Differences.Add(ComparedPart.Value, ours, theirs);
                return;
            }
        }
    }
}
