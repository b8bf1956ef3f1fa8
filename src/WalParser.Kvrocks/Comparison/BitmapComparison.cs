using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares bitmaps: in Redis, where they are strings, byte by byte; in Kvrocks, which reads bitmaps by bit commands only, the stored
/// fragments and the number of all bits that are set.
/// </summary>
internal static class BitmapComparison
{
    public static Task CompareAsync(ComparedKey key) =>
        key.Target == CommandTarget.Kvrocks || !key.IsComplete ? CompareFragmentsAsync(key)
        : StringKeyComparison.CompareAsync(
            key, (long)Math.Min(key.Key.Metadata.Size, long.MaxValue), (offset, length) => PageAt(key, offset, length));

    /// <summary>Compares the fragments that the logs have.</summary>
    public static async Task CompareFragmentsAsync(ComparedKey key)
    {
        if (key.Target == CommandTarget.Redis)
        {
            long length = await key.Server.NumberAsync("STRLEN", key.Name).ConfigureAwait(false);
            key.Differences.Check(
                ComparedPart.Length,
                key.Key.Metadata.Size.ToString(CultureInfo.InvariantCulture),
                length.ToString(CultureInfo.InvariantCulture));
        }

        long bits = 0;
        List<object> command = [];
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> stored) in key.Key.Elements)
        {
            if (!DecimalIndex.TryRead(subkey.Span, out ulong offset) || offset >= key.Key.Metadata.Size)
            {
                continue;
            }

            byte[] logs = Fragment(stored.Span);
            bits += BitsIn(logs);
            command.Clear();
            command.AddRange(["BITFIELD_RO", key.Name]);
            for (int i = 0; i < BitmapFragment.Size; i += sizeof(long))
            {
                command.AddRange(["GET", "i64", (offset + (ulong)i) * 8]);
            }

            RespValue[] words = await key.Server.ItemsAsync([.. command]).ConfigureAwait(false);
            byte[] server = new byte[BitmapFragment.Size];
            for (int i = 0; i < Math.Min(words.Length, BitmapFragment.Size / sizeof(long)); i++)
            {
                BinaryPrimitives.WriteInt64BigEndian(server.AsSpan(i * sizeof(long)), words[i].Integer);
            }

            if (key.Target == CommandTarget.Kvrocks)
            {
                // Kvrocks's BITFIELD reads the bytes as they are stored.
                BitmapFragment.ReverseBits(server, server);
            }

            if (!logs.AsSpan().SequenceEqual(server))
            {
                long size = (long)Math.Min(key.Key.Metadata.Size, long.MaxValue);
                int shown = (int)Math.Min(BitmapFragment.Size, size - (long)offset);
                (ComparedValue ours, ComparedValue theirs) =
                    ComparedValue.OfPages(logs.AsMemory(0, shown), size, server.AsMemory(0, shown), size, (long)offset);
                key.Differences.Add(ComparedPart.Value, ours, theirs);
                return;
            }
        }

        long serverBits = key.IsComplete ? await key.Server.NumberAsync("BITCOUNT", key.Name).ConfigureAwait(false) : bits;
        if (serverBits != bits)
        {
            key.Differences.Add(ComparedPart.BitCount, ComparedValue.Of(bits), ComparedValue.Of(serverBits));
        }
    }

    private static ReadOnlyMemory<byte> PageAt(ComparedKey key, long offset, int length)
    {
        byte[] page = new byte[length];
        for (int i = 0; i < length; i += BitmapFragment.Size)
        {
            byte[] subkey = Encoding.ASCII.GetBytes((offset + i).ToString(CultureInfo.InvariantCulture));
            if (key.Key.TryGetElement(subkey, out ReadOnlyMemory<byte> stored))
            {
                Span<byte> destination = page.AsSpan(i, Math.Min(BitmapFragment.Size, length - i));
                BitmapFragment.ReverseBits(stored.Span[..Math.Min(stored.Length, destination.Length)], destination);
            }
        }

        return page;
    }

    private static byte[] Fragment(ReadOnlySpan<byte> stored)
    {
        byte[] bytes = new byte[BitmapFragment.Size];
        BitmapFragment.ReverseBits(stored[..Math.Min(stored.Length, bytes.Length)], bytes);
        return bytes;
    }

    private static long BitsIn(byte[] bytes) => bytes.Sum(one => (long)BitOperations.PopCount(one));
}
