using System.Globalization;
using System.Text.Json;
using WalParser.Coding;
using WalParser.Compression;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Compression;

/// <summary>Logs that RocksDB wrote with WAL compression, compared with the records that RocksDB reads from them.</summary>
public sealed class RecordedLogTests
{
    public static TheoryData<string> Logs =>
    [
        "rocksdb/zstd/000004.log",
        "rocksdb/recycled-zstd/000016.log",
    ];

    [Theory]
    [MemberData(nameof(Logs))]
    public void Records_are_decoded_fragment_by_fragment(string log)
    {
        var path = Path.Combine(TestFiles.Committed("."), log);
        var expected = ReadExpected(path);
        Assert.NotEmpty(expected);
        using var decoder = new ZstdDecoder();
        var found = 0;
        foreach (var (_, fragments) in CompressionTestData.Records(path))
        {
            decoder.Reset();
            var content = new List<byte>();
            var status = DecompressionStatus.NeedMoreInput;
            foreach (var fragment in fragments)
            {
                Assert.Equal(DecompressionStatus.NeedMoreInput, status);
                status = Push(decoder, fragment, content);
            }

            if (status == DecompressionStatus.Done && expected.Contains((content.Count, WalBytes.Crc32C([.. content]))))
            {
                found++;
            }
        }

        Assert.Equal(expected.Count, found);
    }

    [Fact]
    public void A_decompression_bomb_is_decoded_within_bounded_memory()
    {
        const long limit = 256L << 20;
        var path = Path.Combine(TestFiles.Committed("."), "hostile", "zstd-bomb-3-gib-4.log");
        using var decoder = new ZstdDecoder();
        var room = new byte[1 << 20];
        var before = GC.GetAllocatedBytesForCurrentThread();
        long produced = 0;
        foreach (var fragment in CompressionTestData.Records(path).Take(1).SelectMany(record => record.Fragments))
        {
            DecompressionStatus status;
            var rest = fragment.AsSpan();
            do
            {
                status = decoder.Decode(rest, room, out var consumed, out var written);
                rest = rest[consumed..];
                produced += written;
                Assert.Equal(-1, room.AsSpan(0, written).IndexOfAnyExcept((byte)0));
            }
            while (status == DecompressionStatus.DestinationTooSmall && produced < limit);

            Assert.True(status is DecompressionStatus.NeedMoreInput or DecompressionStatus.DestinationTooSmall);
            if (produced >= limit)
            {
                break;
            }
        }

        Assert.True(produced >= limit);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.InRange(decoder.MemorySize, 0, 32 << 20);
    }

    [Theory]
    [InlineData("lz4", CompressionType.Lz4)]
    [InlineData("snappy", CompressionType.Snappy)]
    [InlineData("zstd", CompressionType.Zstd)]
    public void The_registry_decompresses_the_blocks_of_blob_files(string name, CompressionType type)
    {
        // A blob file has a header of 30 bytes, in which byte 12 is the compression. Records follow, each with the key length, the value
        // length, the expiration and two checksums (32 bytes in total), the key and the value. A footer of 32 bytes is at the end.
        var file = File.ReadAllBytes(
            Directory.GetFiles(Path.Combine(TestFiles.Committed("."), "rocksdb", $"blob-{name}"), "*.blob").Single());
        Assert.Contains((byte)type, file[..30]);
        var expected = ReadValues(Path.Combine(TestFiles.Committed("."), "rocksdb", $"blob-{name}", "values.jsonl"));
        var matched = 0;
        foreach (var (key, block) in BlobValues(file))
        {
            ReadOnlySpan<byte> sized = block;
            Assert.True(Varint.TryRead32(ref sized, out uint size));
            var content = new byte[size];
            var result = DecompressorRegistry.Default.Decompress(type, block, content);
            Assert.Equal((DecompressionStatus.Done, (int)size), (result.Status, result.Written));
            if (expected.TryGetValue(key, out var value))
            {
                Assert.Equal(value, (content.Length, WalBytes.Crc32C(content)));
                matched++;
            }
        }

        Assert.Equal(60, matched);
    }

    // Returns the plain values by key. Entities contain several columns, which only a reader of entities can distinguish.
    private static Dictionary<string, (int Size, uint Checksum)> ReadValues(string path)
    {
        var values = new Dictionary<string, (int, uint)>();
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var columns = json.RootElement.GetProperty("columns");
            if (columns.GetArrayLength() == 1)
            {
                values[json.RootElement.GetProperty("key").GetString()!.ToUpperInvariant()] = Fingerprint(columns[0]);
            }
        }

        return values;
    }

    private static (int Size, uint Checksum) Fingerprint(JsonElement element) => (
        element.GetProperty("size").GetInt32(),
        uint.Parse(element.GetProperty("crc32c").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static IEnumerable<(string Key, byte[] Value)> BlobValues(byte[] file)
    {
        for (var position = 30; position < file.Length - 32;)
        {
            var keyLength = (int)BitConverter.ToUInt64(file, position);
            var valueLength = (int)BitConverter.ToUInt64(file, position + 8);
            var key = position + 32;
            yield return (Convert.ToHexString(file, key, keyLength), file[(key + keyLength)..(key + keyLength + valueLength)]);
            position = key + keyLength + valueLength;
        }
    }

    private static HashSet<(int Size, uint Checksum)> ReadExpected(string log)
    {
        // The operations of several logs follow each other; the name of the file precedes those of each log.
        var records = new HashSet<(int, uint)>();
        var ours = false;
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(log)!, "operations.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("file", out var file))
            {
                ours = file.GetString() == Path.GetFileName(log);
            }
            else if (ours && json.RootElement.TryGetProperty("record", out var record))
            {
                records.Add(Fingerprint(record));
            }
        }

        return records;
    }

    private static DecompressionStatus Push(ZstdDecoder decoder, ReadOnlySpan<byte> piece, List<byte> content)
    {
        var room = new byte[4096];
        while (true)
        {
            var status = decoder.Decode(piece, room, out var consumed, out var written);
            content.AddRange(room.AsSpan(0, written));
            piece = piece[consumed..];
            if (status != DecompressionStatus.DestinationTooSmall)
            {
                Assert.True(piece.IsEmpty, decoder.Reason);
                return status;
            }
        }
    }
}
