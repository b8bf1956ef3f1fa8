namespace WalParser.Compression;

/// <summary>The size before a block: a base-128 varint of no more than 32 bits, least significant group first.</summary>
internal static class BlockSize
{
    public static bool TryRead(ReadOnlySpan<byte> source, out uint size, out int length)
    {
        size = 0;
        length = 0;
        for (var i = 0; i < 5 && i < source.Length; i++)
        {
            uint value = source[i];
            if (i == 4 && value > 15)
            {
                break;
            }

            size |= (value & 127) << (7 * i);
            if (value < 128)
            {
                length = i + 1;
                return true;
            }
        }

        size = 0;
        return false;
    }
}
