using System.Buffers.Binary;
using WalParser.Framing;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>Timestamp sizes of several column families, in the order of the caller, because RocksDB's hash table has no order.</summary>
public class TimestampDeclarationTests
{
    private const uint LogNumber = 77;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_order_of_the_caller_is_written_and_read_back(bool isRecyclable)
    {
        KeyValuePair<uint, int>[] first = [new(9, 8), new(2, 16), new(700_000, 8)];
        KeyValuePair<uint, int>[] second = [new(9, 8), new(5, 0), new(3, 65_535), new(1, 8)];
        var output = new MemoryStream();
        var options = new LogWriterOptions { LogNumber = LogNumber, IsRecyclable = isRecyclable };
        using (LogWriter log = LogWriter.Create(output, options with { TimestampSizes = first }, leaveOpen: true))
        {
            log.Write("a"u8);
            log.WriteTimestampSizes(second);
            log.WriteTimestampSizes(second);
            log.Write("b"u8);
        }

        // A declaration contains the new sizes, and no size of 0.
        var stream = new MemoryStream();
        FragmentType type = isRecyclable ? FragmentType.RecyclableUserDefinedTimestampSize : FragmentType.UserDefinedTimestampSize;
        new LogBuilder(stream, isRecyclable ? LogNumber : null)
            .Fragment(type, Declaration((9, 8), (2, 16), (700_000, 8))).Record("a"u8)
            .Fragment(type, Declaration((3, 65_535), (1, 8))).Record("b"u8);
        Assert.Equal(stream.ToArray(), output.ToArray());

        // The results of the reader give the same log again.
        var again = new MemoryStream();
        await using (WalReader reader = WalReader.Create(
            new MemoryStream(stream.ToArray()), new WalReaderOptions { LogNumber = LogNumber, ThrowOnCorruption = true }))
        using (LogWriter log = LogWriter.Create(again, options, leaveOpen: true))
        {
            while (await reader.ReadAsync())
            {
                log.WriteTimestampSizes(reader.TimestampSizes.InDeclaredOrder);
                log.Write(reader.Record.Payload);
            }

            Assert.Equal([1u, 2u, 3u, 9u, 700_000u], reader.TimestampSizes.ByColumnFamily.Keys);
        }

        Assert.Equal(stream.ToArray(), again.ToArray());
    }

    /// <summary>A declaration is never split. One that does not fit in the rest of its block begins the next block.</summary>
    [Fact]
    public async Task A_declaration_does_not_cross_blocks()
    {
        KeyValuePair<uint, int>[] sizes = [.. Enumerable.Range(1, 1000).Reverse().Select(id => new KeyValuePair<uint, int>((uint)id, 8))];
        var output = new MemoryStream();
        await using (LogWriter log = LogWriter.Create(output, leaveOpen: true))
        {
            log.Write(new byte[30_000]);
            log.WriteTimestampSizes(sizes);
            Assert.Equal(32768 + 7 + 6000, log.Position);
            log.Write("b"u8);
        }

        Assert.Equal(2, (await WrittenLog.RecordsOfAsync(output.ToArray())).Count);
    }

    [Fact]
    public void An_invalid_declaration_is_refused_as_a_whole()
    {
        using LogWriter log = LogWriter.Create(
            new MemoryStream(), new LogWriterOptions { TimestampSizes = new Dictionary<uint, int> { [1] = 8 } });
        long position = log.Position;
        KeyValuePair<uint, int>[][] refused =
        [
            [new(2, 8), new(1, 16)], [new(2, 8), new(2, 16)], [new(2, 8), new(2, 0)], [new(2, 65_536)], [new(2, -1)],
            [.. Enumerable.Range(2, 5461).Select(id => new KeyValuePair<uint, int>((uint)id, 8))],
        ];
        Assert.All(refused, sizes => Assert.ThrowsAny<ArgumentException>(() => log.WriteTimestampSizes(sizes)));
        Assert.Equal(position, log.Position);
        log.WriteTimestampSizes([new(2, 16), new(2, 16)]);
        Assert.Equal(position + 7 + 6, log.Position);
    }

    private static byte[] Declaration(params (uint ColumnFamily, ushort Size)[] sizes)
    {
        byte[] payload = new byte[sizes.Length * 6];
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(6 * i), sizes[i].ColumnFamily);
            BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan((6 * i) + 4), sizes[i].Size);
        }

        return payload;
    }
}
