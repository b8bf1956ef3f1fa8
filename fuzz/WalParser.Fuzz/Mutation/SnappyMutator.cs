using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Compression;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// Changes a Snappy stream as a sequence of chunks: removes, duplicates, moves and inserts chunks, and changes their types and contents.
/// Their checksums are mostly corrected afterwards.
/// </summary>
internal sealed class SnappyMutator : IMutator
{
    private const int HeaderSize = 4;
    private const int ChecksumSize = 4;
    private const int MaxContent = 65536;

    /// <summary>A chunk: its type, and the bytes that follow the length and, if the chunk has data, the checksum.</summary>
    private sealed record Chunk(byte Type, byte[] Content)
    {
        public bool HasData => Type is 0 or 1;
    }

    public byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        if (random.Next(8) == 0 || Parse(input) is not { Count: > 0 } chunks)
        {
            return ByteMutator.OfLibraries.Mutate(input, other, random);
        }

        List<Chunk> others = Parse(other);
        int changes = 1 << random.Next(3);
        for (int i = 0; i < changes; i++)
        {
            PieceChange.Apply(chunks, others, random, chunk => random.Next(8) switch
            {
                0 => chunk with { Type = (byte)random.Next(2) },
                1 => chunk with { Type = (byte)(random.Next(2) == 0 ? 0xFE : random.Next(256)) },
                _ => chunk with { Content = ByteMutator.OfLibraries.Mutate(chunk.Content, other, random) },
            });
        }

        Chunk? spoiled = chunks.Count > 0 && random.Next(8) == 0 ? chunks[random.Next(chunks.Count)] : null;
        return Serialize(chunks, spoiled);
    }

    private static List<Chunk> Parse(ReadOnlySpan<byte> input)
    {
        List<Chunk> chunks = [];
        // A stream begins with a stream identifier. Other input is a block.
        while (input.Length >= HeaderSize && (chunks.Count > 0 || input[0] == 0xFF))
        {
            byte type = input[0];
            int length = Math.Min(input[1] | (input[2] << 8) | (input[3] << 16), input.Length - HeaderSize);
            ReadOnlySpan<byte> content = input.Slice(HeaderSize, length);
            chunks.Add(new Chunk(type, content[(type is 0 or 1 ? Math.Min(ChecksumSize, length) : 0)..].ToArray()));
            input = input[(HeaderSize + length)..];
        }

        return chunks;
    }

    private static byte[] Serialize(List<Chunk> chunks, Chunk? spoiled)
    {
        var stream = new MemoryStream();
        byte[] room = new byte[MaxContent];
        byte[] checksum = new byte[ChecksumSize];
        foreach (Chunk chunk in chunks)
        {
            int length = chunk.Content.Length + (chunk.HasData ? ChecksumSize : 0);
            stream.Write([chunk.Type, (byte)length, (byte)(length >> 8), (byte)(length >> 16)]);
            if (chunk.HasData)
            {
                ReadOnlySpan<byte> data = chunk.Type == 1
                    ? chunk.Content
                    : room.AsSpan(0, DecompressorRegistry.Default.Decompress(CompressionType.Snappy, chunk.Content, room).Written);
                BinaryPrimitives.WriteUInt32LittleEndian(
                    checksum, Crc32C.Mask(Crc32C.Compute(data)) ^ (ReferenceEquals(chunk, spoiled) ? 1u : 0));
                stream.Write(checksum);
            }

            stream.Write(chunk.Content);
        }

        return stream.ToArray();
    }
}
