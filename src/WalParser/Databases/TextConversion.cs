using WalParser.Framing;

namespace WalParser.Databases;

/// <summary>
/// Recognizes logs that a program has converted as if they were text, such as a transfer in text mode. A conversion that can be undone is
/// proved by undoing it: more intact fragments are at the beginning of the file then.
/// </summary>
internal static class TextConversion
{
    // U+FFFD in UTF-8.
    private static ReadOnlySpan<byte> Replacement => [0xEF, 0xBF, 0xBD];

    /// <summary>Returns how a file was converted, or null if nothing shows that it was.</summary>
    /// <param name="first">The first bytes of the file.</param>
    public static string? Recognize(byte[] first)
    {
        if (first.Length < FragmentReader.HeaderSize)
        {
            return null;
        }

        if (WithoutCarriageReturns(first) is { } lines && HasMoreFragments(lines, first))
        {
            return "each line feed became CR LF";
        }

        if (!IsUtf8(first, out int replacements, out bool isLatin1, out bool hasNul))
        {
            return null;
        }

        // The checksums of a log are not UTF-8 for long.
        return isLatin1 && HasMoreFragments(FromLatin1(first), first) ? "its bytes became characters in UTF-8"
            : replacements > 1 && hasNul ? "bytes that are not UTF-8 were replaced with EF BF BD"
            : null;
    }

    private static bool HasMoreFragments(byte[] restored, byte[] converted) =>
        FragmentProbe.IntactLength(restored) > FragmentProbe.IntactLength(converted);

    /// <summary>
    /// Returns the bytes with LF in place of each CR LF; null if there is none, or a line feed without a carriage return.
    /// </summary>
    private static byte[]? WithoutCarriageReturns(byte[] bytes)
    {
        List<byte> restored = new(bytes.Length);
        foreach (byte b in bytes)
        {
            if (b == '\n')
            {
                if (restored.Count == 0 || restored[^1] != '\r')
                {
                    return null;
                }

                restored.RemoveAt(restored.Count - 1);
            }

            restored.Add(b);
        }

        return restored.Count < bytes.Length ? [.. restored] : null;
    }

    private static byte[] FromLatin1(byte[] utf8) =>
        System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.UTF8.GetString(utf8));

    /// <summary>Returns whether bytes are UTF-8, of which the last character may be cut off.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> bytes, out int replacements, out bool isLatin1, out bool hasNul)
    {
        replacements = 0;
        hasNul = bytes.Contains((byte)0);
        isLatin1 = true;
        while (!bytes.IsEmpty)
        {
            int other = bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (other < 0)
            {
                return true;
            }

            bytes = bytes[other..];
            System.Buffers.OperationStatus status = System.Text.Rune.DecodeFromUtf8(bytes, out System.Text.Rune rune, out int length);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
            {
                return true;
            }

            if (status != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            replacements += bytes.StartsWith(Replacement) ? 1 : 0;
            isLatin1 &= rune.Value <= byte.MaxValue;
            bytes = bytes[length..];
        }

        return true;
    }
}
