namespace WalParser.Tests.Compression;

/// <summary>Builds small compressed inputs.</summary>
internal static class BlockWriter
{
    /// <summary>A Zstandard frame with a window and neither size nor checksum, of the blocks given.</summary>
    public static byte[] Frame(byte windowDescriptor, params byte[][] blocks) =>
        [0x28, 0xB5, 0x2F, 0xFD, 0x00, windowDescriptor, .. blocks.SelectMany(block => block)];

    public static byte[] Block(int type, int size, bool last, params byte[] content)
    {
        var header = (size << 3) | (type << 1) | (last ? 1 : 0);
        return [(byte)header, (byte)(header >> 8), (byte)(header >> 16), .. content];
    }
}
