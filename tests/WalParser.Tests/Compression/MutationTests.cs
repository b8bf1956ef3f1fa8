using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Compression;
using WalParser.IO;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Compression;

/// <summary>
/// Any change to a valid input results in bytes or in a reported error: no crash, no hang, and no read or write out of bounds.
/// </summary>
public sealed class MutationTests
{
    private const int Guard = 64;
    private const int Limit = 300_000;

    private static readonly string[] StreamSeeds =
    [
        "text-1.zst", "text-19.zst", "text-fast.zst", "record-3.zst", "steps-19.zst", "several.zst", "random-3.zst", "large-19.zst",
        "far-long.zst", "zeros-3.zst",
        "text-1.lz4", "steps-checked.lz4", "several.lz4", "part-linked-12.lz4", "text-linked-unchecked.lz4", "record-1.lz4",
        "text.sz", "several.sz", "steps.sz", "random.sz",
    ];

    private static readonly (string Name, CompressionType Type, int Size)[] BlockSeeds =
    [
        ("text.snappy", CompressionType.Snappy, 0),
        ("steps.snappy", CompressionType.Snappy, 0),
        ("record.snappy", CompressionType.Snappy, 0),
        ("text.deflate", CompressionType.Zlib, 8000),
        ("record.deflate", CompressionType.Zlib, 300),
        ("text-3.zst", CompressionType.Zstd, 8000),
        ("text-unchecked-3.zst", CompressionType.Zstd, 8000),
        ("record-19.zst", CompressionType.Zstd, 300),
        ("steps-19.zst", CompressionType.Zstd, 12000),
        ("text-1.lz4", CompressionType.Lz4, 8000),
        ("steps-checked.lz4", CompressionType.Lz4, 12000),
    ];

    private static Gen<Change> Changes => Gen.Choose(0, 5).SelectMany(kind =>
        Gen.Choose(0, 1 << 30).SelectMany(place => Gen.Choose(0, 1 << 30).Select(value => new Change(kind, place, value))));

    private static Arbitrary<(int Seed, Change[] Changes, int Piece)> Cases => Arb.From(
        Gen.Choose(0, 1 << 20).SelectMany(seed =>
            Gen.Choose(1, 4).SelectMany(count =>
                Changes.ArrayOf(count).SelectMany(changes =>
                    Gen.Choose(1, 20_000).Select(piece => (seed, changes, piece))))));

    [Fact]
    public void Mutated_frames_are_decoded_or_refused()
    {
        var inputs = StreamSeeds.Select(CompressionTestData.Reference).ToArray();
        Check(1500, (seed, changes, piece) =>
        {
            var name = StreamSeeds[seed % inputs.Length];
            var input = Mutate(inputs[seed % inputs.Length], changes);
            using IFrameDecoder decoder = Path.GetExtension(name) switch
            {
                ".zst" => new ZstdDecoder(),
                ".lz4" => new Lz4FrameDecoder(),
                _ => new SnappyFrameDecoder(),
            };
            var room = new byte[Guard + 5000 + Guard];
            room.AsSpan().Fill(0xA5);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var total = 0;
            byte[] rest = [];
            for (var position = 0; total < Limit;)
            {
                // An array with exactly the length of the piece, so that a read past its end fails.
                byte[] given = [.. rest, .. input.AsSpan(position, Math.Min(piece, input.Length - position))];
                position += given.Length - rest.Length;
                var status = decoder.Decode(given, room.AsSpan(Guard, 5000), out var consumed, out var written);
                Assert.InRange(consumed, 0, given.Length);
                Assert.InRange(written, 0, 5000);
                AssertGuards(room, 5000);
                rest = given[consumed..];
                total += written;
                if (status is not (DecompressionStatus.Done
                    or DecompressionStatus.NeedMoreInput
                    or DecompressionStatus.DestinationTooSmall))
                {
                    Assert.NotNull(decoder.Reason);
                    break;
                }

                if (status == DecompressionStatus.NeedMoreInput ? position == input.Length : consumed + written == 0)
                {
                    Assert.True(
                        status == DecompressionStatus.NeedMoreInput || (status == DecompressionStatus.Done && given.Length == 0),
                        "no progress");
                    break;
                }
            }

            // The limit covers the input, joined piece by piece, the output, and a few blocks of the largest size, but no claimed size.
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < (24 << 20) + ((40L + (input.Length / piece)) * input.Length));
            Assert.True(decoder is not ZstdDecoder zstd || zstd.MemorySize < ZstdDecoder.DefaultWindowLimit + (1 << 20));
        });
    }

    [Fact]
    public void Mutated_blocks_are_decompressed_or_refused()
    {
        var inputs = BlockSeeds.Select(seed => Block(seed.Name, seed.Type, seed.Size)).ToArray();
        Check(3000, (seed, changes, piece) =>
        {
            var type = BlockSeeds[seed % inputs.Length].Type;
            var input = Mutate(inputs[seed % inputs.Length], changes);
            var size = piece % 13_000;
            var room = new byte[Guard + size + Guard];
            room.AsSpan().Fill(0xA5);
            var result = DecompressorRegistry.Default.Decompress(type, input, room.AsSpan(Guard, size));
            AssertGuards(room, size);
            Assert.InRange(result.Written, 0, size);
            Assert.Equal(result.IsDone, result.Reason is null);

            var writer = new ArrayBufferWriter<byte>();
            var written = DecompressorRegistry.Default.Decompress(type, input, writer, size);
            Assert.Equal(result.IsDone, written.IsDone);
            Assert.InRange(writer.WrittenCount, 0, size);
            if (result.IsDone)
            {
                Assert.True(writer.WrittenSpan.SequenceEqual(room.AsSpan(Guard, result.Written)));
            }
        });
    }

    [Fact]
    public void Mutated_streams_throw_only_InvalidDataException()
    {
        var inputs = StreamSeeds
            .Where(name => !name.StartsWith("zeros", StringComparison.Ordinal)
                && !name.StartsWith("far", StringComparison.Ordinal)
                && !name.StartsWith("large", StringComparison.Ordinal))
            .Append("text.gz").Select(CompressionTestData.Reference).ToArray();
        Check(300, (seed, changes, piece) =>
        {
            var input = inputs[seed % inputs.Length];
            var format = CompressedCopy.Recognise(input);
            using var stream = CompressedCopy.Open(new MemoryStream(Mutate(input, changes)), format);
            var room = new byte[piece];
            try
            {
                for (var total = 0L; total < 4 << 20;)
                {
                    var read = stream.Read(room);
                    if (read == 0)
                    {
                        break;
                    }

                    total += read;
                }
            }
            catch (InvalidDataException)
            {
            }
        });
    }

    private static void Check(int count, Action<int, Change[], int> property) =>
        Prop.ForAll(Cases, test => property(test.Seed, test.Changes, test.Piece))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true));

    private static void AssertGuards(ReadOnlySpan<byte> room, int size)
    {
        Assert.Equal(-1, room[..Guard].IndexOfAnyExcept((byte)0xA5));
        Assert.Equal(-1, room[(Guard + size)..].IndexOfAnyExcept((byte)0xA5));
    }

    // Returns a block as RocksDB would store it, from a reference file.
    private static byte[] Block(string name, CompressionType type, int size)
    {
        var file = CompressionTestData.Reference(name);
        if (type == CompressionType.Lz4)
        {
            // The only block of the frame follows the magic number, flags, optional size, checksum and size of the block.
            var header = (file[4] & 8) != 0 ? 15 : 7;
            file = file.AsSpan(header + 4, BitConverter.ToInt32(file, header) & int.MaxValue).ToArray();
        }

        return type == CompressionType.Snappy ? file : [.. WalBytes.Varint((uint)size), .. file];
    }

    private static byte[] Mutate(byte[] input, Change[] changes)
    {
        var bytes = input.ToList();
        foreach (var change in changes)
        {
            // Every other change affects the headers.
            var reach = (change.Value & 1) == 0 ? Math.Min(bytes.Count, 48) : bytes.Count;
            if (reach == 0)
            {
                break;
            }

            var place = change.Place % reach;
            var value = change.Value >> 1;
            switch (change.Kind)
            {
                case 0 or 1:
                    bytes[place] ^= (byte)(1 << (value & 7));
                    break;
                case 2:
                    bytes[place] = (byte)value;
                    break;
                case 3:
                    bytes.Insert(place, (byte)value);
                    break;
                case 4:
                    bytes.RemoveRange(place, Math.Min(1 + (value % 40), bytes.Count - place));
                    break;
                default:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
            }
        }

        return [.. bytes];
    }

    private sealed record Change(int Kind, int Place, int Value);
}
