using System.Text;
using WalParser.Batches;
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
    public async Task A_commit_timestamp_goes_into_the_keys_of_families_that_have_timestamps()
    {
        // Family 1 has timestamps of 8 bytes, which a prepared key holds zeros for.
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
        Assert.Equal(["TimestampSize"], _assembled.Problems);
    }

    [Fact]
    public void A_commit_timestamp_stands_in_the_transaction()
    {
        Take(1, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, X));
        Take(1, batch => batch.Uncounted(0x15, Timestamp, X));
        Transaction transaction = Assert.Single(_assembled.Assembler.Ended);
        Assert.Equal(Timestamp, transaction.CommitTimestamp!.Value.ToArray());
        Assert.Equal(X, transaction.Xid.ToArray());
        Assert.Equal(5, transaction.Bytes);
        Assert.Equal(0, _assembled.Assembler.KeptBytes);
    }

    [Fact]
    public void Places_are_those_of_the_records()
    {
        _assembled.BeginFile("000004.log");
        Take(1, batch => batch.Uncounted(0x12).Put("a"u8, "1"u8).Uncounted(0x0A, X), offset: 7);
        Assert.Equal(1, _assembled.Assembler.PreparedCount);
        _assembled.BeginFile("000005.log");
        Take(2, batch => batch.Uncounted(0x0C, X), offset: 70);
        Transaction transaction = Assert.Single(_assembled.Assembler.Ended);
        Assert.Equal(new TransactionPlace("000004.log", 7), transaction.Begin);
        Assert.Equal(new TransactionPlace("000005.log", 70), transaction.End);
        Assert.Equal(0, _assembled.Assembler.PreparedCount);

        // The lists are of the last batch.
        Take(3, batch => batch.Put("a"u8, "1"u8).Uncounted(0x0D));
        Assert.Empty(_assembled.Assembler.Ended);
    }

    [Fact]
    public void The_prepare_may_lie_in_a_log_that_is_gone()
    {
        Take(1, batch => batch.Put("a"u8, "1"u8).Uncounted(0x0B, X));
        Take(2, batch => batch.Uncounted(0x0C, Y));
        Assert.Equal(
            [
                "x  Committed: 0 sections, 0 operations, first , commit 2, from  to 0",
                "y  RolledBack: 0 sections, 0 operations, first , commit , from  to 0",
            ],
            _assembled.Transactions);
        Assert.Equal(["1 - {\"op\":\"Put\",\"cf\":0,\"key\":\"61\",\"value\":\"31\"}"], _assembled.Operations);
        Assert.Empty(_assembled.Problems);
    }

    [Fact]
    public void Marks_out_of_place_are_reported()
    {
        Take(1, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x09).Put("b"u8, "1"u8).Uncounted(0x0A, X));
        Take(1, batch => batch.Uncounted(0x0A, Y));
        Take(1, batch => batch.Uncounted(0x09).Put("c"u8, "1"u8).Uncounted(0x0B, X));
        Take(2, batch => batch.Uncounted(0x09).Put("d"u8, "1"u8));
        Assert.Equal(["SectionInterrupted", "SectionNotBegun", "SectionInterrupted", "SectionNotEnded"], _assembled.Problems);
        Assert.Single(_assembled.Operations);
        Assert.EndsWith(" x {\"op\":\"Put\",\"cf\":0,\"key\":\"62\",\"value\":\"31\"}", _assembled.Operations[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_the_limit_is_left_out_and_told()
    {
        var assembled = new Assembled(new TransactionAssemblerOptions { MaxPreparedBytes = 4000 });
        byte[] value = new byte[1500];
        Take(assembled, 1, batch => batch.Uncounted(0x13).Put("a"u8, value).Uncounted(0x0A, X));
        Assert.Empty(assembled.Problems);
        Take(assembled, 2, batch => batch.Uncounted(0x12).Put("b"u8, new byte[3000]).Uncounted(0x0A, X));
        Assert.Equal(["TooLarge"], assembled.Problems);
        Assert.Equal(3000 + 5, assembled.Assembler.Problems[0].Bytes);
        Assert.Contains("3,005 bytes", assembled.Assembler.Problems[0].Reason, StringComparison.Ordinal);

        // The other part has made room, and the transaction is known all the same.
        Take(assembled, 3, batch => batch.Uncounted(0x12).Put("c"u8, value).Uncounted(0x0A, Y));
        Take(assembled, 4, batch => batch.Uncounted(0x0B, X));
        Assert.True(assembled.Assembler.Ended[0].IsIncomplete);
        Take(assembled, 5, batch => batch.Uncounted(0x0B, Y));
        Assert.False(assembled.Assembler.Ended[0].IsIncomplete);
        Assert.Equal(["TooLarge"], assembled.Problems);
        Assert.StartsWith("3 y ", Assert.Single(assembled.Operations), StringComparison.Ordinal);
        Assert.Equal(0, assembled.Assembler.KeptBytes);

        // Not even a name fits.
        var none = new Assembled(new TransactionAssemblerOptions { MaxPreparedBytes = 0 });
        Take(none, 1, batch => batch.Uncounted(0x09).Put("a"u8, value).Uncounted(0x0A, X));
        Assert.Equal(0, none.Assembler.PreparedCount);
        Assert.Equal(["TooLarge"], none.Problems);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransactionAssembler(new TransactionAssemblerOptions { MaxPreparedBytes = -1 }));
    }

    /// <summary>Two bytes make a transaction that ends; a batch of nothing else takes no more memory than is bounded.</summary>
    [Theory]
    [InlineData(0x0B, 1 << 18, 1)]
    [InlineData(0x0A, 0, 1 << 18)]
    public void Of_very_many_marks_in_a_batch_the_first_are_listed(byte tag, int ended, int problems)
    {
        var builder = new BatchBuilder();
        for (int i = 0; i < 300_000; i++)
        {
            builder.Uncounted(tag, Array.Empty<byte>());
        }

        var batch = new WriteBatch(builder.Build(1));
        _assembled.Assembler.Add(ref batch, 0);
        Assert.Equal(ended, _assembled.Assembler.Ended.Count);
        Assert.Equal(problems, _assembled.Assembler.Problems.Count);
        Assert.Equal(TransactionProblemKind.TooMany, _assembled.Assembler.Problems[^1].Kind);
        Assert.Null(batch.Corruption);
    }

    [Fact]
    public void Damage_ends_a_batch_and_no_more()
    {
        var batch = new WriteBatch(new BatchBuilder().Put("a"u8, "1"u8).Uncounted(0x09).Put("b"u8, "1"u8).Uncounted(0x42).Build(1));
        int seen = 0;
        foreach (CommittedOperation committed in _assembled.Assembler.Take(ref batch, 0))
        {
            Assert.Null(committed.Transaction);
            seen++;
        }

        Assert.Equal(1, seen);
        Assert.Equal(WriteBatchCorruptionKind.UnknownTag, batch.Corruption!.Value.Kind);
        Assert.Empty(_assembled.Assembler.Problems);
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
        foreach (CommittedOperation committed in assembler.Take(ref batch, 0))
        {
            count += committed.Transaction is null ? 1 : 0;
        }

        return count;
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static void Take(Assembled assembled, ulong sequence, Func<BatchBuilder, BatchBuilder> build, long offset = 0) =>
        assembled.Take(new WriteBatch(build(new BatchBuilder()).Build(sequence)), offset);

    private void Take(ulong sequence, Func<BatchBuilder, BatchBuilder> build, long offset = 0) => Take(_assembled, sequence, build, offset);

    private async Task ReadAsync(MemoryStream log)
    {
        log.Position = 0;
        await using WalReader reader = WalReader.Create(log);
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalEntryKind.Record, reader.Kind);
            _assembled.Take(new WriteBatch(reader.Record), reader.Record.Offset);
        }
    }
}
