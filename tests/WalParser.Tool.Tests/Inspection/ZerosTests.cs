using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>Zeros in a log: in the place of what was written they are damage, behind the last record they are a note.</summary>
public sealed class ZerosTests
{
    private const int PageSize = 4096;
    private const int BlockSize = 32768;
    private const int RecordSize = 256;
    private const int Records = 480;

    /// <summary>Batches of one sequence number each, in four blocks. A record begins at each multiple of its size.</summary>
    private static byte[] Log { get; } =
        TempDatabase.LogOf(Enumerable.Range(1, Records).Select(i => TempDatabase.Puts((ulong)i, 1, new string('v', 230))));

    [Theory]
    [InlineData(0)]
    [InlineData(2 * PageSize)]
    [InlineData(BlockSize)]
    [InlineData(BlockSize + (3 * PageSize))]
    [InlineData((2 * BlockSize) - PageSize)]
    [InlineData((2 * BlockSize) + PageSize)]
    [InlineData((2 * BlockSize) + PageSize + 100)]
    public async Task A_page_of_zeros_before_records_is_damage_and_its_sequence_numbers_are_missing(int offset)
    {
        ToolRun run = await WithZerosAsync(offset, PageSize);
        Assert.Equal(1, run.ExitCode);

        // Zeros that begin inside a record make its checksum wrong. Either way, RocksDB drops the rest of the block.
        string damage = offset % RecordSize == 0 ? "zerosInPlaceOfFragment" : "checksumMismatch";
        Assert.Equal(offset == 0 ? [damage] : [damage, "sequenceGap"], run.SeriousKinds);
        await AssertEveryNumberIsReadOrMissingAsync(offset, run);
    }

    /// <summary>RocksDB passes over the rest of a block that continues with zeros, so the records behind them are lost as well.</summary>
    [Fact]
    public async Task A_page_of_zeros_in_the_last_block_with_records_behind_it_is_damage()
    {
        int offset = (Log.Length / BlockSize * BlockSize) + RecordSize;
        Assert.True(offset + PageSize + RecordSize < Log.Length);
        ToolRun run = await WithZerosAsync(offset, PageSize);
        Assert.Equal(1, run.ExitCode);
        JsonElement finding = Assert.Single(
            run.SeriousFindings, found => found.GetProperty("finding").GetString() == "zerosInPlaceOfFragment");
        Assert.Equal(offset, finding.GetProperty("offset").GetInt64());
        Assert.Equal(Log.Length, finding.GetProperty("offset").GetInt64() + finding.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task Zeros_in_the_place_of_the_last_records_are_damage_if_they_cut_a_record()
    {
        ToolRun run = await WithZerosAsync(Log.Length - 600, 600);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["checksumMismatch"], run.SeriousKinds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(20)]
    [InlineData(PageSize)]
    [InlineData(3 * BlockSize)]
    public async Task Zeros_behind_the_last_record_are_a_note(int count)
    {
        using var folder = new TempFolder();
        byte[] log = TempDatabase.LogOf([TempDatabase.Puts(1, 2), TempDatabase.Puts(3, 1)]);
        ToolRun run = await EveryCommand.VerifyAsync(folder.Write("000004.log", [.. log, .. new byte[count]]));
        Assert.Equal(0, run.ExitCode);
        JsonElement note = Assert.Single(run.Findings);
        Assert.Equal(("zerosAtEnd", "note"), (note.GetProperty("finding").GetString(), note.GetProperty("severity").GetString()));
        Assert.Equal(log.Length, note.GetProperty("offset").GetInt64());
        Assert.Equal(count == 1 ? "1 byte" : $"{count} bytes", note.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(BlockSize)]
    [InlineData((2 * BlockSize) + 3)]
    public async Task A_log_of_nothing_but_zeros_is_a_loss(int count)
    {
        using var folder = new TempFolder();
        ToolRun run = await EveryCommand.VerifyAsync(folder.Write("000004.log", new byte[count]));
        Assert.Equal(1, run.ExitCode);
        JsonElement finding = Assert.Single(run.Findings);
        Assert.Equal(
            ("onlyZeros", "loss", "000004.log", count == 1 ? "1 byte" : $"{count} bytes"),
            (finding.GetProperty("finding").GetString(), finding.GetProperty("severity").GetString(),
                finding.GetProperty("file").GetString(), finding.GetProperty("detail").GetString()));
    }

    /// <summary>The report: 48 numbers are missing.</summary>
    [Fact]
    public async Task The_reported_log_lacks_48_numbers()
    {
        ToolRun run = await EveryCommand.VerifyAsync(TestFiles.Committed("reports/zero-page"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["zerosInPlaceOfFragment", "sequenceGap"], run.SeriousKinds);
        Assert.Equal(48, run.SeriousFindings[1].GetProperty("missing").GetInt32());
    }

    /// <summary>Nothing shows whether these zeros were records: a log may have space that was reserved and never written.</summary>
    [Fact]
    public async Task A_page_of_zeros_at_the_end_is_a_note_if_it_cuts_no_record()
    {
        ToolRun run = await WithZerosAsync(Log.Length - PageSize, PageSize);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["zerosAtEnd"], run.NoteKinds);
        Assert.Equal(Records - (PageSize / RecordSize), run.Json.GetProperty("summary").GetProperty("records").GetInt32());
    }

    private static async Task<ToolRun> WithZerosAsync(int offset, int count)
    {
        using var folder = new TempFolder();
        byte[] log = [.. Log];
        log.AsSpan(offset, count).Clear();
        return await EveryCommand.VerifyAsync(folder.Write("000004.log", log));
    }

    private static async Task AssertEveryNumberIsReadOrMissingAsync(int offset, ToolRun verify)
    {
        byte[] log = [.. Log];
        log.AsSpan(offset, PageSize).Clear();
        ToolRun dump = await ToolRun.Of(log, "dump", "--format", "jsonl", "-");
        HashSet<ulong> numbers = [.. dump.OfKind("operation").Select(operation => operation.GetProperty("sequence").GetUInt64())];
        foreach (JsonElement finding in verify.Findings.Where(found => found.TryGetProperty("missing", out _)))
        {
            Assert.Equal("sequenceGap", finding.GetProperty("finding").GetString());
            ulong first = finding.GetProperty("firstSequence").GetUInt64();
            ulong last = finding.GetProperty("lastSequence").GetUInt64();
            Assert.Equal(last - first + 1, finding.GetProperty("missing").GetUInt64());
            for (ulong number = first; number <= last; number++)
            {
                Assert.True(numbers.Add(number));
            }
        }

        // A log that begins later than its database says so; it is not known that something was before.
        JsonElement? later = verify.Findings.Cast<JsonElement?>()
            .FirstOrDefault(found => found!.Value.GetProperty("finding").GetString() == "logsBeginLater");
        ulong start = later?.GetProperty("firstSequence").GetUInt64() ?? 1;
        Assert.Equal(Records - (int)start + 1, numbers.Count);
        Assert.Equal(offset == 0, start > 1);
    }
}
