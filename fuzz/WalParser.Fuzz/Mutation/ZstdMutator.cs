using System.Buffers.Binary;
using WalParser.Compression;
using WalParser.Testing.Compression;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// Changes a Zstandard frame as a header and a sequence of blocks: removes, duplicates, moves and inserts blocks, and changes their types
/// and contents. The lengths and the flag of the last block are corrected afterwards, and mostly also the size and the checksum of the
/// content. A prefix before the frame, such as the size in RocksDB's blocks, is corrected as well.
/// </summary>
internal sealed class ZstdMutator : IMutator
{
    private const int BlockHeaderSize = 3;
    private const int MaxBlockLength = (1 << 21) - 1;
    private const int MaxPrefix = 5;
    private const int ChecksumFlag = 0x04;
    private const int SingleSegmentFlag = 0x20;

    /// <summary>A block.</summary>
    /// <param name="Type">0 for raw, 1 for a repeated byte, 2 for compressed, 3 for reserved.</param>
    /// <param name="Size">The number of repetitions of a repeated byte.</param>
    /// <param name="Content">The bytes of the block.</param>
    private sealed record Block(int Type, int Size, byte[] Content);

    public byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        if (random.Next(8) == 0 || !TryParse(input, out int prefix, out byte[] header, out List<Block> blocks))
        {
            return ByteMutator.OfLibraries.Mutate(input, other, random);
        }

        List<Block> others = TryParse(other, out _, out _, out List<Block> found) ? found : [];
        int changes = 1 << random.Next(3);
        for (int i = 0; i < changes; i++)
        {
            PieceChange.Apply(blocks, others, random, block => Change(block, other, random));
        }

        byte descriptor = (byte)(
            header[4] ^ (random.Next(8) switch { 0 => ChecksumFlag, 1 => SingleSegmentFlag, 2 => random.Next(256), _ => 0 }));

        // The content, decoded from a frame that declares nothing about it and has the largest window that the decoder allows.
        byte[] unclaimed = Serialize([.. header.AsSpan(0, 4), 0, 10 << 3], blocks);
        if (random.Next(8) == 0 || FrameContent.OfZstd(unclaimed) is not { } content)
        {
            header[4] = descriptor;
            return [.. input.AsSpan(0, prefix), .. Serialize(header, blocks), .. input.AsSpan(input.Length - Math.Min(4, input.Length))];
        }

        byte[] frame = Serialize(HeaderOf(descriptor, header, content.Length), blocks);
        byte[] checksum = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, (uint)System.IO.Hashing.XxHash64.HashToUInt64(content));
        return [.. prefix > 0 ? Varint(content.Length) : [], .. frame, .. (descriptor & ChecksumFlag) != 0 ? checksum : []];
    }

    private static Block Change(Block block, byte[] other, Random random) => random.Next(6) switch
    {
        0 => block with { Type = random.Next(8) == 0 ? 3 : random.Next(3) },
        1 => block with { Size = random.Next(3) == 0 ? random.Next(1 << 17) : random.Next(300) },
        _ => block with { Content = Limit(ByteMutator.OfLibraries.Mutate(block.Content, other, random)) },
    };

    private static byte[] Limit(byte[] content) => content.Length <= MaxBlockLength ? content : content[..MaxBlockLength];

    /// <summary>Parses the first frame up to the end of its blocks. The bytes that follow are left out.</summary>
    private static bool TryParse(ReadOnlySpan<byte> input, out int prefix, out byte[] header, out List<Block> blocks)
    {
        header = [];
        blocks = [];
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, ZstdFrameHeader.Magic);
        prefix = input.IndexOf(magic);
        if (prefix is < 0 or > MaxPrefix || ZstdFrame.HeaderLengthOf(input[prefix..]) is not { } length)
        {
            return false;
        }

        header = input.Slice(prefix, length).ToArray();
        ReadOnlySpan<byte> rest = input[(prefix + length)..];
        bool isLast = false;
        while (!isLast && rest.Length >= BlockHeaderSize)
        {
            int value = rest[0] | (rest[1] << 8) | (rest[2] << 16);
            isLast = (value & 1) != 0;
            int type = (value >> 1) & 3;
            int size = value >> 3;
            int held = Math.Min(type == 1 ? 1 : size, rest.Length - BlockHeaderSize);
            blocks.Add(new Block(type, size, rest.Slice(BlockHeaderSize, held).ToArray()));
            rest = rest[(BlockHeaderSize + held)..];
        }

        return true;
    }

    /// <summary>Creates a header of the form that a descriptor specifies, with the size of the content if it has one.</summary>
    private static byte[] HeaderOf(byte descriptor, byte[] header, int contentLength)
    {
        bool isSingleSegment = (descriptor & SingleSegmentFlag) != 0;
        bool wasSingleSegment = (header[4] & SingleSegmentFlag) != 0;
        int code = descriptor >> 6;
        if ((code == 0 && isSingleSegment && contentLength > byte.MaxValue)
            || (code == 1 && contentLength is < 256 or > 256 + ushort.MaxValue))
        {
            code = 2;
        }

        byte[] size = new byte[code switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 }];
        Span<byte> whole = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(whole, code == 1 ? contentLength - 256 : contentLength);
        whole[..size.Length].CopyTo(size);
        byte[] dictionary = new byte[(1 << (descriptor & 3)) >> 1];
        byte window = wasSingleSegment || header.Length < 6 ? (byte)(10 << 3) : header[5];
        return
        [
            .. header.AsSpan(0, 4),
            (byte)((descriptor & 0x3F) | (code << 6)),
            .. isSingleSegment ? Array.Empty<byte>() : [window],
            .. dictionary,
            .. size,
        ];
    }

    private static byte[] Serialize(ReadOnlySpan<byte> header, List<Block> blocks)
    {
        var frame = new MemoryStream();
        frame.Write(header);
        for (int i = 0; i < blocks.Count; i++)
        {
            Block block = blocks[i];
            int size = block.Type == 1 ? block.Size & MaxBlockLength : block.Content.Length;
            int value = (size << 3) | (block.Type << 1) | (i == blocks.Count - 1 ? 1 : 0);
            frame.Write([(byte)value, (byte)(value >> 8), (byte)(value >> 16)]);
            frame.Write(block.Type == 1 && block.Content.Length > 1 ? block.Content.AsSpan(0, 1) : block.Content);
        }

        return frame.ToArray();
    }

    private static byte[] Varint(int value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
