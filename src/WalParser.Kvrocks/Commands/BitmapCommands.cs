using System.Globalization;
using System.Numerics;
using System.Text;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for bitmaps: for Redis, those of strings; for Kvrocks, which changes a bitmap by bit commands only, SETBIT and BITFIELD.
/// <para>
/// Kvrocks's BITFIELD has no offsets <c>#N</c>. It takes the bits of the stored bytes from the most significant one, although SETBIT counts
/// them from the least significant one (<c>Bitmap::runBitfieldOperationsWithCache</c>): the value of u8 is the byte as it is stored.
/// </para>
/// <para>
/// SETBIT may store a fragment longer than the bitmap is (<c>ExpandBitmapSegment</c>), and BITFIELD then makes the bitmap as long as the
/// fragment that it changes. Therefore a fragment that exists and contains the end of the bitmap is changed by SETBIT only.
/// </para>
/// </summary>
internal sealed class BitmapCommands : TypeCommands
{
    /// <summary>The size, in bytes, up to which a bitmap is set as a whole even if it is all zeros.</summary>
    private const int SmallSize = 2 * BitmapFragment.Size;

    /// <summary>The number of bits that are changed one by one; if more have changed, the bitmap is created anew.</summary>
    private const int MaxSingleBits = 512;

    public override bool ShowsMissingElements => false;

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        if (!TryBuild(writer, key, context.Options.Target, context.IsLogWhole))
        {
            context.Notes.AddKey(ConversionNoteKind.NoCommand, key.Type.Name, key.Namespace, key.UserKey);
        }

        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry) =>
        TryUpdate(writer, change, context.Options.Target);

    /// <summary>Builds a bitmap; returns false if it is larger than servers accept.</summary>
    /// <param name="writer">Receives the commands.</param>
    /// <param name="key">The bitmap.</param>
    /// <param name="target">The server.</param>
    /// <param name="isWhole">Whether all of it is known. If not, the known bytes overwrite those that the server may have.</param>
    private static bool TryBuild(CommandWriter writer, KeyspaceKey key, CommandTarget target, bool isWhole)
    {
        ulong size = key.Metadata.Size;
        if (size is 0 or > KeyspaceKey.MaxBitmapSize)
        {
            return false;
        }

        List<(long Offset, byte[] Bytes)> parts = [.. Fragments(key, (long)size)];
        bool isDense = size <= SmallSize || (ulong)parts.Sum(part => (long)part.Bytes.Length) >= size / 2;
        if (target == CommandTarget.Redis && isWhole && isDense)
        {
            writer.Write("SET", key.ToBitmap());
            return true;
        }

        foreach ((long offset, byte[] bytes) in parts)
        {
            WriteChanged(writer, target, offset, new byte[bytes.Length], bytes, isBitwise: false);
        }

        byte last = parts.Count > 0 && parts[^1].Offset + parts[^1].Bytes.Length == (long)size ? parts[^1].Bytes[^1] : (byte)0;
        if (last == 0)
        {
            WriteLastZero(writer, target, (long)size - 1);
        }

        return true;
    }

    /// <summary>Writes the bytes that changed; returns false if the bitmap became shorter, which no command does.</summary>
    private static bool TryUpdate(CommandWriter writer, KeyChange change, CommandTarget target)
    {
        long sizeBefore = SizeOf(change.MetadataBefore!.Value);
        long size = SizeOf(change.MetadataAfter!.Value);
        if (size < sizeBefore || size > KeyspaceKey.MaxBitmapSize || (size > sizeBefore && ShowsHiddenBits(change, sizeBefore, size)))
        {
            return false;
        }

        List<(long Offset, byte[] Before, byte[] After, bool IsBitwise)> changes = [];
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (DecimalIndex.TryRead(subkey.Subkey.Span, out ulong offset) && offset < (ulong)size)
            {
                int length = (int)Math.Min(BitmapFragment.Size, size - (long)offset);
                bool isBitwise = target == CommandTarget.Kvrocks && subkey.Before is not null && length < BitmapFragment.Size;
                changes.Add(((long)offset, BytesOf(subkey.Before, length), BytesOf(subkey.After, length), isBitwise));
            }
        }

        if (changes.Where(part => part.IsBitwise).Sum(part => ChangedBits(part.Before, part.After)) > MaxSingleBits)
        {
            return false;
        }

        if (SingleBit(changes) is { } bit && Math.Max(sizeBefore, (bit.Offset / 8) + 1) == size)
        {
            writer.Write("SETBIT", Argument.Of(bit.Offset), Argument.Of(bit.IsSet ? 1L : 0L));
            return true;
        }

        long end = sizeBefore;
        foreach ((long offset, byte[] before, byte[] after, bool isBitwise) in changes)
        {
            end = Math.Max(end, WriteChanged(writer, target, offset, before, after, isBitwise));
        }

        if (end < size)
        {
            WriteLastZero(writer, target, size - 1);
        }

        return true;
    }

    /// <summary>
    /// Returns whether a bitmap that became longer has bits that were stored before, after its end. A server stores none there; a size that
    /// is garbage can hide them.
    /// </summary>
    private static bool ShowsHiddenBits(KeyChange change, long sizeBefore, long size)
    {
        HashSet<byte[]> changed = new(ByteStringComparer.Instance);
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            changed.GetAlternateLookup<ReadOnlySpan<byte>>().Add(subkey.Subkey.Span);
            if (subkey.Before is { } before && HasBits(subkey.Subkey.Span, before.Span))
            {
                return true;
            }
        }

        Dictionary<byte[], byte[]> fragments = change.Key!.Live?.Values ?? [];
        long first = sizeBefore / BitmapFragment.Size;
        long last = (size - 1) / BitmapFragment.Size;
        if (last - first >= fragments.Count)
        {
            return fragments.Any(fragment => !changed.Contains(fragment.Key) && HasBits(fragment.Key, fragment.Value));
        }

        for (long i = first; i <= last; i++)
        {
            byte[] subkey = Encoding.ASCII.GetBytes((i * BitmapFragment.Size).ToString(CultureInfo.InvariantCulture));
            if (!changed.Contains(subkey) && fragments.TryGetValue(subkey, out byte[]? fragment) && HasBits(subkey, fragment))
            {
                return true;
            }
        }

        return false;

        bool HasBits(ReadOnlySpan<byte> subkey, ReadOnlySpan<byte> stored)
        {
            if (!DecimalIndex.TryRead(subkey, out ulong offset) || offset >= (ulong)size)
            {
                return false;
            }

            int start = (int)Math.Clamp(sizeBefore - (long)offset, 0, stored.Length);
            int end = (int)Math.Min(Math.Min(stored.Length, BitmapFragment.Size), size - (long)offset);
            return start < end && stored[start..end].ContainsAnyExcept((byte)0);
        }
    }

    private static long SizeOf(ReadOnlyMemory<byte> value) => (long)Math.Min(KvrocksMetadata.ReadOrDefault(value).Size, long.MaxValue);

    private static IEnumerable<(long Offset, byte[] Bytes)> Fragments(KeyspaceKey key, long size)
    {
        List<(long Offset, byte[] Bytes)> fragments = [];
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> fragment) in key.Elements)
        {
            if (DecimalIndex.TryRead(subkey.Span, out ulong offset) && offset < (ulong)size && fragment.Length > 0)
            {
                int length = (int)Math.Min(Math.Min(BitmapFragment.Size, fragment.Length), size - (long)offset);
                fragments.Add(((long)offset, BytesOf(fragment, length)));
            }
        }

        return fragments.OrderBy(fragment => fragment.Offset);
    }

    /// <summary>Returns the bytes of a fragment in Redis's order of bits; missing ones are 0.</summary>
    private static byte[] BytesOf(ReadOnlyMemory<byte>? fragment, int length)
    {
        byte[] bytes = new byte[length];
        if (fragment is { } stored)
        {
            BitmapFragment.ReverseBits(stored.Span[..Math.Min(stored.Length, length)], bytes);
        }

        return bytes;
    }

    private static int ChangedBits(byte[] before, byte[] after)
    {
        int count = 0;
        for (int i = 0; i < after.Length; i++)
        {
            count += BitOperations.PopCount((uint)(before[i] ^ after[i]));
        }

        return count;
    }

    private static (long Offset, bool IsSet)? SingleBit(List<(long Offset, byte[] Before, byte[] After, bool IsBitwise)> changes)
    {
        (long, bool)? found = null;
        foreach ((long offset, byte[] before, byte[] after, _) in changes)
        {
            for (int i = 0; i < after.Length; i++)
            {
                int difference = before[i] ^ after[i];
                if (difference == 0)
                {
                    continue;
                }

                if (found is not null || !BitOperations.IsPow2(difference))
                {
                    return null;
                }

                found = (((offset + i) * 8) + 7 - BitOperations.Log2((uint)difference), (after[i] & difference) != 0);
            }
        }

        return found;
    }

    /// <summary>Writes from the first byte that changed to the last, and returns the offset after that.</summary>
    private static long WriteChanged(
        CommandWriter writer, CommandTarget target, long offset, byte[] before, byte[] after, bool isBitwise)
    {
        int start = before.AsSpan().CommonPrefixLength(after);
        int end = after.Length;
        while (end > start && before[end - 1] == after[end - 1])
        {
            end--;
        }

        if (start == end)
        {
            return 0;
        }

        if (target == CommandTarget.Redis)
        {
            writer.Write("SETRANGE", Argument.Of(offset + start), after.AsMemory(start, end - start));
        }
        else if (isBitwise)
        {
            WriteBits(writer, offset, before, after);
        }
        else
        {
            byte[] stored = new byte[after.Length];
            BitmapFragment.ReverseBits(after, stored);
            List<ReadOnlyMemory<byte>> operations = [];
            for (int i = start; i < end; i++)
            {
                if (before[i] != after[i])
                {
                    operations.AddRange(
                        Argument.Of("SET"), Argument.Of("u8"), Argument.Of((offset + i) * 8), Argument.Of((long)stored[i]));
                }
            }

            writer.WriteElements("BITFIELD", operations, width: 4);
        }

        return offset + end;
    }

    /// <summary>Writes each bit that changed.</summary>
    private static void WriteBits(CommandWriter writer, long offset, byte[] before, byte[] after)
    {
        for (int i = 0; i < after.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                int mask = 0x80 >> bit;
                if (((before[i] ^ after[i]) & mask) != 0)
                {
                    writer.Write("SETBIT", Argument.Of(((offset + i) * 8) + bit), Argument.Of((after[i] & mask) != 0 ? 1L : 0L));
                }
            }
        }
    }

    /// <summary>Makes a bitmap as long as it must be, by writing its last byte, which is 0.</summary>
    private static void WriteLastZero(CommandWriter writer, CommandTarget target, long offset)
    {
        if (target == CommandTarget.Redis)
        {
            writer.Write("SETRANGE", Argument.Of(offset), new byte[] { 0 });
        }
        else
        {
            writer.Write("SETBIT", Argument.Of(offset * 8), Argument.Of(0L));
        }
    }
}
