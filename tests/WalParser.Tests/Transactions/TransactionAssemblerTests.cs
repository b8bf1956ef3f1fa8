using System.Text;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.TestSupport.Logs;
using WalParser.Transactions;

namespace WalParser.Tests.Transactions;

public class TransactionAssemblerTests
{
    private static readonly byte[] X = "x"u8.ToArray();
    private static readonly byte[] Y = "y"u8.ToArray();
    private static readonly byte[] Zero = new byte[8];
    private static readonly byte[] Timestamp = "tttttttt"u8.ToArray();

    private readonly Assembled _assembled = new();

    [Fact]
    public async Task A_commit_timestamp_is_written_to_the_keys_of_column_families_with_timestamps()
    {
        // Column family 1 has timestamps of 8 bytes; a prepared key contains zeros in their place.
        var log = new MemoryStream();
        var builder = new LogBuilder(log);
        builder.Fragment(FragmentType.UserDefinedTimestampSize, [1, 0, 0, 0, 8, 0]);
        builder.Record(new BatchBuilder()
            .Uncounted(0x09)
            .Counted(0x05, 1, [.. "a"u8, .. Zero], "1"u8.ToArray())
            .Put("b"u8, "2"u8)
            .Counted(0x0E, 1, [.. "c"u8, .. Zero], [.. "d"u8, .. Zero])
            .Counted(0x04, 1, [.. "e"u8, .. Zero])
            .Uncounted(0x0A, X).Build(1));
        builder.Record(new BatchBuilder().Uncounted(0x15, Timestamp, X).Build(1));
        builder.Record(new BatchBuilder().Uncounted(0x09).Counted(0x05, 1, [.. "a"u8, .. Zero], []).Uncounted(0x0A, Y).Build(5));
        builder.Record(new BatchBuilder().Uncounted(0x15, "short"u8.ToArray(), Y).Build(5));
        await ReadAsync(log);

        Assert.Equal(
            [
                $"1 x {{\"op\":\"Put\",\"cf\":1,\"key\":\"{Hex("atttttttt")}\",\"value\":\"31\"}}",
                $"2 x {{\"op\":\"Put\",\"cf\":0,\"key\":\"{Hex("b")}\",\"value\":\"32\"}}",
                $"3 x {{\"op\":\"DeleteRange\",\"cf\":1,\"key\":\"{Hex("ctttttttt")}\",\"value\":\"{Hex("dtttttttt")}\"}}",
                $"4 x {{\"op\":\"Delete\",\"cf\":1,\"key\":\"{Hex("etttttttt")}\"}}",
                $"5 y {{\"op\":\"Put\",\"cf\":1,\"key\":\"{Hex("a")}{Convert.ToHexStringLower(Zero)}\",\"value\":\"\"}}",
            ],
            _assembled.Operations);
        Assert.Equal(["CommitTimestampSize"], _assembled.Findings);
    }

    /// <summary>A judge of the marks needs no operations: a prepared transaction takes memory for its name alone.</summary>
    [Fact]
    public void Without_operations_the_marks_and_counts_are_the_same()
    {
        var counted = new Assembled(new TransactionAssemblerOptions { KeepsOperations = false });
        byte[] value = new byte[100_000];
        foreach (Assembled assembled in new[] { _assembled, counted })
        {
            Process(assembled, 1, batch => batch.Uncounted(0x09).Put("a"u8, value).Put("b"u8, value).Uncounted(0x0A, X));
            Assert.True(assembled == counted ? assembled.Assembler.KeptBytes < 1000 : assembled.Assembler.KeptBytes > 200_000);
            Process(assembled, 1, batch => batch.Uncounted(0x0B, X));
            Process(assembled, 3, batch => batch.Put("c"u8, "1"u8));
            Process(assembled, 4, batch => batch.Uncounted(0x0A, Y));
            assembled.Finish();
        }

        Assert.Equal(_assembled.Transactions, counted.Transactions);
        Assert.Equal(["SectionNotBegun"], counted.Findings);
        Assert.Equal(3, _assembled.Operations.Count);
        Assert.StartsWith("3 - ", Assert.Single(counted.Operations), StringComparison.Ordinal);
    }

    /// <summary>The sizes of the timestamps of keys are known without the keys.</summary>
    [Fact]
    public async Task Without_operations_a_commit_timestamp_of_another_size_is_reported()
    {
        var counted = new Assembled(new TransactionAssemblerOptions { KeepsOperations = false });
        using var log = new MemoryStream();
        var builder = new LogBuilder(log);
        builder.Fragment(FragmentType.UserDefinedTimestampSize, [1, 0, 0, 0, 8, 0]);
        builder.Record(new BatchBuilder().Uncounted(0x09).Counted(0x05, 1, [.. "a"u8, .. Zero], []).Uncounted(0x0A, X).Build(1));
        builder.Record(new BatchBuilder().Uncounted(0x15, "short"u8.ToArray(), X).Build(1));
        builder.Record(new BatchBuilder().Uncounted(0x09).Counted(0x05, 1, [.. "a"u8, .. Zero], []).Uncounted(0x0A, Y).Build(2));
        builder.Record(new BatchBuilder().Uncounted(0x15, Timestamp, Y).Build(2));
        log.Position = 0;
        await using WalReader reader = WalReader.Create(log);
        while (await reader.ReadAsync())
        {
            counted.Process(new WriteBatch(reader.Record));
        }

        Assert.Equal(["CommitTimestampSize"], counted.Findings);
    }

    [Fact]
    public void A_transaction_has_its_commit_timestamp()
    {
        Process(1, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, X));
        Process(1, batch => batch.Uncounted(0x15, Timestamp, X));
        Transaction transaction = Assert.Single(_assembled.Assembler.Ended);
        Assert.Equal(Timestamp, transaction.CommitTimestamp!.Value.ToArray());
        Assert.Equal(X, transaction.Xid.ToArray());
        Assert.Equal(5, transaction.Bytes);
        Assert.Equal(0, _assembled.Assembler.KeptBytes);
    }

    [Fact]
    public void A_transaction_has_the_places_of_its_records()
    {
        _assembled.BeginFile("000004.log");
        Process(1, batch => batch.Uncounted(0x12).Put("a"u8, "1"u8).Uncounted(0x0A, X), offset: 7);
        Assert.Equal(1, _assembled.Assembler.PreparedCount);
        _assembled.BeginFile("000005.log");
        Process(2, batch => batch.Uncounted(0x0C, X), offset: 70);
        Transaction transaction = Assert.Single(_assembled.Assembler.Ended);
        Assert.Equal(new TransactionPlace("000004.log", 7), transaction.Begin);
        Assert.Equal(new TransactionPlace("000005.log", 70), transaction.End);
        Assert.Equal(0, _assembled.Assembler.PreparedCount);

        // The lists contain only the last batch.
        Process(3, batch => batch.Put("a"u8, "1"u8).Uncounted(0x0D));
        Assert.Empty(_assembled.Assembler.Ended);
    }

    [Fact]
    public void The_log_with_the_prepared_section_may_be_missing()
    {
        Process(1, batch => batch.Put("a"u8, "1"u8).Uncounted(0x0B, X));
        Process(2, batch => batch.Uncounted(0x0C, Y));
        Assert.Equal(
            [
                "x  Committed: 0 sections, 0 operations, first , commit 2, from  to 0",
                "y  RolledBack: 0 sections, 0 operations, first , commit , from  to 0",
            ],
            _assembled.Transactions);
        Assert.Equal(["1 - {\"op\":\"Put\",\"cf\":0,\"key\":\"61\",\"value\":\"31\"}"], _assembled.Operations);
        Assert.Empty(_assembled.Findings);
    }

    [Fact]
    public void Misplaced_markers_are_reported()
    {
        Process(1, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x09).Put("b"u8, "1"u8).Uncounted(0x0A, X));
        Process(1, batch => batch.Uncounted(0x0A, Y));
        Process(1, batch => batch.Uncounted(0x09).Put("c"u8, "1"u8).Uncounted(0x0B, X));
        Process(2, batch => batch.Uncounted(0x09).Put("d"u8, "1"u8));
        Assert.Equal(["SectionInterrupted", "SectionNotBegun", "SectionInterrupted", "SectionNotEnded"], _assembled.Findings);
        Assert.Single(_assembled.Operations);
        Assert.EndsWith(" x {\"op\":\"Put\",\"cf\":0,\"key\":\"62\",\"value\":\"31\"}", _assembled.Operations[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Operations_over_the_limit_are_dropped_and_reported()
    {
        var assembled = new Assembled(new TransactionAssemblerOptions { MaxPreparedBytes = 4000 });
        byte[] value = new byte[1500];
        Process(assembled, 1, batch => batch.Uncounted(0x13).Put("a"u8, value).Uncounted(0x0A, X));
        Assert.Empty(assembled.Findings);
        Process(assembled, 2, batch => batch.Uncounted(0x12).Put("b"u8, new byte[3000]).Uncounted(0x0A, X));
        Assert.Equal(["TransactionTooLarge"], assembled.Findings);
        Assert.Equal(3000 + 5, assembled.Assembler.Findings[0].Bytes);
        Assert.Contains("3,005 bytes", assembled.Assembler.Findings[0].Reason, StringComparison.Ordinal);

        // The first section was dropped, so there is space again, and the transaction is still known.
        Process(assembled, 3, batch => batch.Uncounted(0x12).Put("c"u8, value).Uncounted(0x0A, Y));
        Process(assembled, 4, batch => batch.Uncounted(0x0B, X));
        Assert.True(assembled.Assembler.Ended[0].IsIncomplete);
        Process(assembled, 5, batch => batch.Uncounted(0x0B, Y));
        Assert.False(assembled.Assembler.Ended[0].IsIncomplete);
        Assert.Equal(["TransactionTooLarge"], assembled.Findings);
        Assert.StartsWith("3 y ", Assert.Single(assembled.Operations), StringComparison.Ordinal);
        Assert.Equal(0, assembled.Assembler.KeptBytes);

        // The limit is too small even for the name of a transaction.
        var none = new Assembled(new TransactionAssemblerOptions { MaxPreparedBytes = 0 });
        Process(none, 1, batch => batch.Uncounted(0x09).Put("a"u8, value).Uncounted(0x0A, X));
        Assert.Equal(0, none.Assembler.PreparedCount);
        Assert.Equal(["TransactionTooLarge"], none.Findings);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new TransactionAssembler(new TransactionAssemblerOptions { MaxPreparedBytes = -1 }));
    }

    /// <summary>Two bytes end a transaction; a batch that consists of nothing else takes bounded memory.</summary>
    [Theory]
    [InlineData(0x0B, 1 << 18, 1)]
    [InlineData(0x0A, 0, 1 << 18)]
    public void Only_the_first_of_very_many_markers_in_a_batch_are_listed(byte tag, int ended, int problems)
    {
        var builder = new BatchBuilder();
        for (int i = 0; i < 300_000; i++)
        {
            builder.Uncounted(tag, Array.Empty<byte>());
        }

        var batch = new WriteBatch(builder.Build(1));
        _assembled.Assembler.Add(ref batch, 0);
        Assert.Equal(ended, _assembled.Assembler.Ended.Count);
        Assert.Equal(problems, _assembled.Assembler.Findings.Count);
        Assert.Equal(FindingKind.TooManyTransactions, _assembled.Assembler.Findings[^1].Kind);
        Assert.Null(batch.Finding);
    }

    [Fact]
    public void Damage_ends_only_its_batch()
    {
        var batch = new WriteBatch(new BatchBuilder().Put("a"u8, "1"u8).Uncounted(0x09).Put("b"u8, "1"u8).Uncounted(0x42).Build(1));
        int seen = 0;
        foreach (CommittedOperation committed in _assembled.Assembler.Process(ref batch, 0))
        {
            Assert.Null(committed.Transaction);
            seen++;
        }

        Assert.Equal(1, seen);
        Assert.Equal(FindingKind.UnknownBatchTag, batch.Finding!.Kind);
        Assert.Empty(_assembled.Assembler.Findings);
        Assert.Equal(0, _assembled.Assembler.PreparedCount);
    }

    [Fact]
    public void Batches_without_transactions_allocate_nothing()
    {
        byte[] payload = new BatchBuilder().Uncounted(0x03, X).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Build(1).ToArray();
        var assembler = new TransactionAssembler();
        Assert.Equal(3, CountOperations(assembler, payload));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            CountOperations(assembler, payload);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static int CountOperations(TransactionAssembler assembler, byte[] payload)
    {
        int count = 0;
        var batch = new WriteBatch(payload);
        foreach (CommittedOperation committed in assembler.Process(ref batch, 0))
        {
            count += committed.Transaction is null ? 1 : 0;
        }

        return count;
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static void Process(Assembled assembled, ulong sequence, Func<BatchBuilder, BatchBuilder> build, long offset = 0) =>
        assembled.Process(new WriteBatch(build(new BatchBuilder()).Build(sequence)), offset);

    private void Process(ulong sequence, Func<BatchBuilder, BatchBuilder> build, long offset = 0) =>
        Process(_assembled, sequence, build, offset);

    private async Task ReadAsync(MemoryStream log)
    {
        log.Position = 0;
        await using WalReader reader = WalReader.Create(log);
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalEntryKind.Record, reader.Kind);
            _assembled.Process(new WriteBatch(reader.Record), reader.Record.Offset);
        }
    }
}
