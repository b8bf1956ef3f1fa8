using WalParser.Compression;
using WalParser.Framing;
using WalParser.Testing.Flaws;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Testing.Tests.Flaws;

/// <summary>Flawed records, and single fragments, in otherwise correct logs.</summary>
public class RecordFlawsTests
{
    private const int BlockSize = 32768;
    private const uint LogNumber = 77;

    private static readonly Dictionary<string, (RecordFlaws Flaws, string Fragments, string[] Found)> Cases = new()
    {
        ["without its first"] = (new() { LacksFirst = true }, "M:bbb L:c", ["MissingStartAtMiddle", "MissingStartAtLast"]),
        ["without its last"] = (new() { LacksLast = true }, "F:aaa M:bbb", ["PartialRecordBeforeFull"]),
        ["without both"] = (new() { LacksFirst = true, LacksLast = true }, "M:bbb", ["MissingStartAtMiddle"]),
        ["without its middle"] = (new() { LackingMiddle = 1 }, "F:aaa L:c", ["aaac"]),
        ["first twice"] = (new() { Repeated = 0 }, "F:aaa F:aaa M:bbb L:c", ["PartialRecordBeforeFirst", "aaabbbc"]),
        ["middle twice"] = (new() { Repeated = 1 }, "F:aaa M:bbb M:bbb L:c", ["aaabbbbbbc"]),
        ["last twice"] = (new() { Repeated = 2 }, "F:aaa M:bbb L:c L:c", ["aaabbbc", "MissingStartAtLast"]),
        ["first exchanged"] = (new() { Exchanged = (0, 1) }, "M:bbb F:aaa L:c", ["MissingStartAtMiddle", "aaac"]),
        ["last exchanged"] = (new() { Exchanged = (2, 1) }, "F:aaa L:c M:bbb", ["aaac", "MissingStartAtMiddle"]),
        ["another begun inside"] = (
            new() { BegunInside = "xx"u8.ToArray() }, "F:aaa F:xx M:bbb L:c", ["PartialRecordBeforeFirst", "xxbbbc"]),
        ["all of it"] = (
            new() { Exchanged = (0, 2), Repeated = 1, LacksLast = true, BegunInside = "x"u8.ToArray() },
            "M:bbb F:x M:bbb F:aaa",
            ["MissingStartAtMiddle", "PartialRecordBeforeFirst", "PartialRecordBeforeFull"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_flaw_results_in_the_order_of_its_name(string name)
    {
        await CheckAsync(Cases[name], isRecyclable: false);
        await CheckAsync(Cases[name], isRecyclable: true);
    }

    private static async Task CheckAsync((RecordFlaws Flaws, string Fragments, string[] Found) flawed, bool isRecyclable)
    {
        (RecordFlaws flaws, string fragments, string[] found) = flawed;
        byte[] written = await WriteAsync(isRecyclable, log =>
        {
            log.Write("before"u8);
            log.WriteFlawed("aaabbbc"u8, flaws with { MaxPayloadLength = 3 });
            log.Write("after"u8);
            Assert.Equal(2, log.RecordCount);
        });

        var stream = new MemoryStream();
        LogBuilder theirs = new LogBuilder(stream, isRecyclable ? LogNumber : null).Record("before"u8);
        foreach (string fragment in fragments.Split(' '))
        {
            FragmentType type = fragment[0] switch { 'F' => FragmentType.First, 'M' => FragmentType.Middle, _ => FragmentType.Last };
            theirs.Fragment(isRecyclable ? type + 4 : type, System.Text.Encoding.Latin1.GetBytes(fragment[2..]));
        }

        theirs.Record("after"u8);
        Assert.Equal(stream.ToArray(), written);
        Assert.Equal(["before", .. found, "after"], await WrittenLog.FindingsOfAsync(written, LogNumber));
    }

    [Fact]
    public async Task A_fragment_of_a_record_is_flawed()
    {
        byte[] written = await WriteAsync(isRecyclable: true, log =>
        {
            log.Write("before"u8);
            log.WriteFlawed("aaabbbc"u8, new RecordFlaws
            {
                MaxPayloadLength = 3,
                Fragments = new Dictionary<int, FragmentFlaws> { [1] = new() { ForeignLogNumber = 9 } },
            });
            log.Write("after"u8);
        });
        Assert.Equal(
            ["before", "ErrorInMiddleOfRecord", "old 9 intact", "MissingStartAtLast", "after"],
            await WrittenLog.FindingsOfAsync(written, LogNumber));
    }

    /// <summary>A fragment that fills its block does not fit in the rest of another block, which is filled with zeros.</summary>
    [Fact]
    public async Task A_long_record_continues_in_the_next_block()
    {
        byte[] record = new byte[70_000];
        new Random(1).NextBytes(record);
        byte[] written = await WriteAsync(isRecyclable: false, log =>
        {
            log.Write("before"u8);
            log.WriteFlawed(record, new RecordFlaws { LacksFirst = true });
            log.Write("after"u8);
        });
        const int InFirst = BlockSize - 13 - 7, InSecond = BlockSize - 7;
        var stream = new MemoryStream();
        new LogBuilder(stream).Record("before"u8).Raw(new byte[BlockSize - 13])
            .Fragment(FragmentType.Middle, record.AsSpan(InFirst, InSecond))
            .Fragment(FragmentType.Last, record.AsSpan(InFirst + InSecond)).Record("after"u8);
        Assert.Equal(stream.ToArray(), written);
        Assert.Equal(
            ["before", "ZerosInPlaceOfFragment", "MissingStartAtMiddle", "MissingStartAtLast", "after"],
            await WrittenLog.FindingsOfAsync(written));
    }

    [Fact]
    public async Task A_compressed_record_lacks_its_end()
    {
        byte[] record = new byte[100_000];
        new Random(1).NextBytes(record);
        byte[] good = await WriteAsync(isRecyclable: false, log => log.Write(record), CompressionType.Zstd);
        byte[] cut = await WriteAsync(
            isRecyclable: false, log => log.WriteFlawed(record, new RecordFlaws { LacksLast = true }), CompressionType.Zstd);
        Assert.True(good.AsSpan().StartsWith(cut));
        Assert.InRange(good.Length - cut.Length, 1, BlockSize);
        Assert.Equal(["IncompleteRecord"], await WrittenLog.FindingsOfAsync(cut));
    }

    /// <summary>A flawed record does not change the compressor: the package decompresses the frame of the next record.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_compressed_record_is_complete_after_a_flawed_one(bool isRecyclable)
    {
        byte[] written = await WriteAsync(isRecyclable, log =>
        {
            log.Write("before"u8);
            log.WriteFlawed("aaabbbc"u8, new RecordFlaws { MaxPayloadLength = 5, LacksLast = true });
            log.Write("after"u8);
            Assert.Equal(2, log.RecordCount);
        }, CompressionType.Zstd);
        List<LogLayout.Fragment> fragments = LogLayout.Of(written, LogNumber).Fragments;
        int first = isRecyclable ? 4 : 0;
        Assert.Equal([9, 1 + first, 2 + first, 3 + first, 3 + first, 1 + first], fragments.Select(fragment => (int)fragment.Type));
        using var decompressor = new ZstdSharp.Decompressor();
        Assert.Equal("before"u8, decompressor.Unwrap(fragments[1].Payload));
        Assert.Equal("after"u8, decompressor.Unwrap(fragments[^1].Payload));
    }

    /// <summary>Single fragments are written between the records of a log.</summary>
    [Fact]
    public async Task Single_fragments_are_written_between_records()
    {
        byte[] written = await WriteAsync(isRecyclable: false, log =>
        {
            log.Write("before"u8);
            log.Fragments.Write((FragmentType)200, "to be ignored"u8);
            log.Fragments.WriteFlawed(FragmentType.Full, "flawed"u8, new FragmentFlaws { PayloadError = 1 });
            Assert.Equal(log.Position, log.Fragments.Position);
            log.Fragments.FillBlock();
            log.Write("after"u8);
        });
        Assert.Equal(["before", "IgnoredRecordType", "ChecksumMismatch", "after"], await WrittenLog.FindingsOfAsync(written));
    }

    [Fact]
    public async Task Impossible_flaws_are_refused_and_nothing_is_written()
    {
        await WriteAsync(isRecyclable: false, log =>
        {
            RecordFlaws[] refused =
            [
                new(), new() { MaxPayloadLength = 3 }, new() { LackingMiddle = 0 }, new() { LackingMiddle = 2 }, new() { Repeated = 3 },
                new() { Repeated = -1 },
                new() { Exchanged = (1, 1) }, new() { Exchanged = (0, 3) }, new() { BegunInside = new byte[BlockSize] },
                new() { MaxPayloadLength = 0, LacksFirst = true },
                new() { LacksFirst = true, LackingMiddle = 1, LacksLast = true }, new() { LacksFirst = true, Repeated = 0 },
                new() { Fragments = new Dictionary<int, FragmentFlaws> { [3] = new() { ChecksumError = 1 } } },
                new() { Fragments = new Dictionary<int, FragmentFlaws> { [2] = default } },
                new() { LacksLast = true, Fragments = new Dictionary<int, FragmentFlaws> { [2] = new() { ChecksumError = 1 } } },
            ];
            Assert.All(refused, flaws => Assert.ThrowsAny<ArgumentException>(
                () => log.WriteFlawed("aaabbbc"u8, flaws with { MaxPayloadLength = flaws.MaxPayloadLength ?? 3 })));
            Assert.Throws<ArgumentException>(() => log.WriteFlawed("short"u8, new RecordFlaws { LacksFirst = true }));
            Assert.Equal(0, log.Position);
        });
    }

    private static async Task<byte[]> WriteAsync(
        bool isRecyclable, Action<LogWriter> write, CompressionType compression = CompressionType.None)
    {
        var output = new MemoryStream();
        var options = new LogWriterOptions { LogNumber = LogNumber, IsRecyclable = isRecyclable, CompressionType = compression };
        await using (LogWriter log = LogWriter.Create(output, options, leaveOpen: true))
        {
            write(log);
        }

        return output.ToArray();
    }
}
