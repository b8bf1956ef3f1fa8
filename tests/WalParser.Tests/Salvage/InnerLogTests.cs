using WalParser.Compression;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.Writing;

namespace WalParser.Tests.Salvage;

/// <summary>Logs whose values are logs, with sequence numbers that would be plausible at that place.</summary>
public class InnerLogTests
{
    private const int HeaderSize = 7;
    private const int RecyclableHeaderSize = 11;

    public static TheoryData<bool, uint?, int, int> Cases()
    {
        TheoryData<bool, uint?, int, int> cases = [];
        foreach (bool isRecyclable in (bool[])[false, true])
        {
            foreach (uint? inner in (uint?[])[null, 10, 9])
            {
                foreach (int damagedByte in (int[])[0, 4, 5, 6, 40])
                {
                    foreach (int size in (int[])[20, 3000])
                    {
                        cases.Add(isRecyclable, inner, damagedByte, size);
                    }
                }
            }
        }

        return cases;
    }

    /// <summary>
    /// All records of the outer log are salvaged. Some records of the inner log cannot be distinguished from them; those are counted as
    /// doubtful. If the length is damaged, no record is doubtful.
    /// </summary>
    /// <param name="isRecyclable">Whether the log is recyclable.</param>
    /// <param name="innerNumber">The number of the inner log, if it is recyclable.</param>
    /// <param name="damagedByte">The byte of the record with the inner log that is damaged.</param>
    /// <param name="innerRecords">The number of records of the inner log, which lies in one block or in several.</param>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Records_of_an_inner_log_are_distinguished_or_counted(
        bool isRecyclable, uint? innerNumber, int damagedByte, int innerRecords)
    {
        List<byte[]> inner = [.. Enumerable.Range(0, innerRecords).Select(_ => TempDatabase.LogData(501))];
        byte[][] records =
        [
            TempDatabase.Puts(499, 1),
            new WriteBatchBuilder(500).Put("log"u8, TempDatabase.LogOf(inner, innerNumber)).Put("more"u8, "v"u8).Build().ToArray(),
            TempDatabase.Puts(502, 1),
            TempDatabase.Puts(503, 1),
        ];
        byte[] log = TempDatabase.LogOf(records, isRecyclable ? 10u : null);
        log[(isRecyclable ? RecyclableHeaderSize : HeaderSize) + records[0].Length + damagedByte] ^= 0x05;
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log, 10, includesStale: true);
        bool isLength = damagedByte is 4 or 5;
        List<byte[]> own = [.. salvaged.Where(record => !record.SequenceEqual(inner[0]))];
        Assert.Equal(isLength ? records : [records[0], records[2], records[3]], own);
        Assert.Equal(isLength, report.LossCount == 0);
        Assert.InRange(salvaged.Count - own.Count, 0, report.DoubtfulRecords);
        Assert.Empty(report.Stale);
        if (isLength)
        {
            Assert.Equal(0, report.DoubtfulRecords);
        }

        if (innerNumber == 9 || (innerNumber is not null && !isRecyclable))
        {
            // They cannot belong to this log.
            Assert.Equal(own.Count, salvaged.Count);
        }
    }

    /// <summary>In a compressed log, uncompressed bytes are not records of the log.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(40)]
    public async Task Records_of_a_log_inside_a_compressed_log_are_distinguished(int damagedByte)
    {
        byte[] inner = TempDatabase.LogOf(Enumerable.Repeat(TempDatabase.LogData(501), 20));
        byte[][] records =
        [
            TempDatabase.Puts(499, 1),
            new WriteBatchBuilder(500).Put("log"u8, inner).Build().ToArray(),
            TempDatabase.Puts(501, 1),
            TempDatabase.Puts(502, 1),
        ];
        using var output = new MemoryStream();
        long second;
        await using (LogWriter writer = LogWriter.Create(
            output, new LogWriterOptions { CompressionType = CompressionType.Zstd }, leaveOpen: true))
        {
            writer.Write(records[0]);
            second = writer.Position;
            writer.Write(records[1]);
            writer.Write(records[2]);
            writer.Write(records[3]);
        }

        byte[] log = output.ToArray();
        log[second + damagedByte] ^= 0x55;
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log, 10);
        Assert.Equal(damagedByte == 4 ? records : [records[0], records[2], records[3]], salvaged);
        Assert.Equal(damagedByte == 4, report.LossCount == 0);
    }

    /// <summary>
    /// A recyclable log inside the damaged first record of a log that is not recyclable does not make the outer log recyclable.
    /// </summary>
    [Fact]
    public async Task The_form_of_an_inner_log_is_not_that_of_the_outer_log()
    {
        byte[] inner = TempDatabase.LogOf([TempDatabase.Puts(500, 1)], recycledAs: 10);
        List<byte[]> records = [new WriteBatchBuilder(1).Put("log"u8, inner).Build().ToArray()];
        ulong sequence = 2;
        int left = 32768 - HeaderSize - records[0].Length;

        // The record after the first block begins in the last bytes of the block, where a recyclable header does not fit.
        records.Add(new WriteBatchBuilder(sequence++).Put("k"u8, new byte[left - 8 - 7 - 12 - 6]).Build().ToArray());
        records.Add(new WriteBatchBuilder(sequence).Put("k"u8, new byte[100]).Build().ToArray());
        byte[] log = TempDatabase.LogOf(records);
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, 10);
        Assert.InRange(32768 - originals[2].Offset, 7, 10);
        log[0] ^= 1;
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log, 10);
        Assert.Equal([.. records[1..]], salvaged);
        Assert.NotEqual(0, report.LostBytes);
    }
}
