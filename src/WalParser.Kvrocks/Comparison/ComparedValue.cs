using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Comparison;

/// <summary>A value, or the part of a long value around the first byte that differs.</summary>
/// <param name="Bytes">The bytes that are shown; numbers and ids are decimal text.</param>
/// <param name="Offset">The offset of these bytes in the value.</param>
/// <param name="Length">The length of the whole value, in bytes.</param>
public sealed record ComparedValue(ReadOnlyMemory<byte> Bytes, long Offset, long Length)
{
    /// <summary>The number of bytes of a value that are kept, and the number before the first different byte.</summary>
    internal const int LongestExcerpt = 64;

    private const int Before = 16;

    internal static ComparedValue Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    internal static ComparedValue Of(long number) => Of(number.ToString(CultureInfo.InvariantCulture));

    internal static ComparedValue Of(ulong number) => Of(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Returns the beginning of a value.</summary>
    internal static ComparedValue Of(ReadOnlyMemory<byte> value) => Around(value, 0, 0, value.Length);

    /// <summary>Returns a number that may be absent.</summary>
    internal static ComparedValue? OfAny(long? number) => number is { } value ? Of(value) : null;

    /// <summary>Returns both values around the first byte in which they differ.</summary>
    internal static (ComparedValue Logs, ComparedValue Server) OfBoth(ReadOnlyMemory<byte> logs, ReadOnlyMemory<byte> server) =>
        OfPages(logs, logs.Length, server, server.Length, 0);

    /// <summary>Returns both values around the first byte in which two pages of them differ.</summary>
    /// <param name="logs">The page of the logs' value.</param>
    /// <param name="logsLength">The length of the logs' whole value.</param>
    /// <param name="server">The page of the server's value.</param>
    /// <param name="serverLength">The length of the server's whole value.</param>
    /// <param name="offset">The offset of both pages.</param>
    internal static (ComparedValue Logs, ComparedValue Server) OfPages(
        ReadOnlyMemory<byte> logs, long logsLength, ReadOnlyMemory<byte> server, long serverLength, long offset)
    {
        int same = logs.Span.CommonPrefixLength(server.Span);
        return (Around(logs, same, offset, logsLength), Around(server, same, offset, serverLength));
    }

    private static ComparedValue Around(ReadOnlyMemory<byte> page, int at, long offset, long length)
    {
        int start = offset == 0 && length <= LongestExcerpt ? 0 : Math.Min(Math.Max(0, at - Before), page.Length);
        ReadOnlyMemory<byte> bytes = page.Slice(start, Math.Min(LongestExcerpt, page.Length - start));
        return new ComparedValue(bytes.ToArray(), offset + start, length);
    }
}
