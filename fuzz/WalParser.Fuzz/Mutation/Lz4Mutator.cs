using System.Buffers.Binary;
using System.IO.Hashing;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// Changes an LZ4 frame as a descriptor and a sequence of blocks: removes, duplicates, moves and inserts blocks, changes their contents and
/// the flags of the descriptor. The checksums of the header and of the blocks are corrected afterwards, and mostly also the size and the
/// checksum of the content.
/// </summary>
internal sealed class Lz4Mutator : IMutator
{
    private const uint Magic = 0x184D2204;
    private const uint Uncompressed = 0x80000000;
    private const int DictionaryFlag = 0x01;
    private const int ContentChecksumFlag = 0x04;
    private const int ContentSizeFlag = 0x08;
    private const int BlockChecksumFlag = 0x10;

    /// <summary>A block, compressed or stored.</summary>
    private sealed record Block(bool IsStored, byte[] Content);

    public byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        if (random.Next(8) == 0 || !TryParse(input, out byte flags, out byte size, out List<Block> blocks))
        {
            return ByteMutator.OfLibraries.Mutate(input, other, random);
        }

        List<Block> others = TryParse(other, out _, out _, out List<Block> found) ? found : [];
        int changes = 1 << random.Next(3);
        for (int i = 0; i < changes; i++)
        {
            PieceChange.Apply(blocks, others, random, block => random.Next(8) == 0
                ? block with { IsStored = !block.IsStored }
                : block with { Content = ByteMutator.OfLibraries.Mutate(block.Content, other, random) });
        }

        switch (random.Next(12))
        {
            case 0:
                flags ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                size = (byte)random.Next(256);
                break;
        }

        // The content, decoded from a frame that declares neither the size nor the checksum of the content.
        byte[] unclaimed = Serialize((byte)(flags & ~(ContentChecksumFlag | ContentSizeFlag)), size, blocks, []);
        byte[] content = random.Next(8) == 0 ? [] : FrameContent.OfLz4(unclaimed) ?? [];
        return Serialize(flags, size, blocks, content);
    }

    private static bool TryParse(ReadOnlySpan<byte> input, out byte flags, out byte size, out List<Block> blocks)
    {
        (flags, size, blocks) = (0, 0, []);
        if (input.Length < 7 || BinaryPrimitives.ReadUInt32LittleEndian(input) != Magic)
        {
            return false;
        }

        (flags, size) = (input[4], input[5]);
        int header = 7 + ((flags & ContentSizeFlag) != 0 ? 8 : 0) + ((flags & DictionaryFlag) != 0 ? 4 : 0);
        ReadOnlySpan<byte> rest = input[Math.Min(header, input.Length)..];
        while (rest.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32LittleEndian(rest) is var word && word != 0)
        {
            rest = rest[sizeof(uint)..];
            int length = (int)Math.Min(word & ~Uncompressed, (uint)rest.Length);
            blocks.Add(new Block((word & Uncompressed) != 0, rest[..length].ToArray()));
            rest = rest[Math.Min(rest.Length, length + ((flags & BlockChecksumFlag) != 0 ? sizeof(uint) : 0))..];
        }

        return true;
    }

    private static byte[] Serialize(byte flags, byte size, List<Block> blocks, byte[] content)
    {
        var frame = new MemoryStream();
        Put(Magic);
        frame.Write([flags, size]);
        if ((flags & ContentSizeFlag) != 0)
        {
            Put((uint)content.Length);
            Put(0);
        }

        if ((flags & DictionaryFlag) != 0)
        {
            Put(0);
        }

        frame.WriteByte((byte)(XxHash32.HashToUInt32(frame.ToArray().AsSpan(sizeof(uint))) >> 8));
        foreach (Block block in blocks.Where(block => block.Content.Length > 0))
        {
            Put((uint)block.Content.Length | (block.IsStored ? Uncompressed : 0));
            frame.Write(block.Content);
            if ((flags & BlockChecksumFlag) != 0)
            {
                Put(XxHash32.HashToUInt32(block.Content));
            }
        }

        Put(0);
        if ((flags & ContentChecksumFlag) != 0)
        {
            Put(XxHash32.HashToUInt32(content));
        }

        return frame.ToArray();

        void Put(uint word)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
            frame.Write(bytes);
        }
    }
}
