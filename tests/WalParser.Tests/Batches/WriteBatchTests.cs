using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Batches;

public class WriteBatchTests
{
    private static readonly byte[] Key = "key"u8.ToArray(), Value = "value"u8.ToArray(), Xid = "xid"u8.ToArray();

    /// <summary>Every tag with a key: its column family, its fields and the expected operation.</summary>
    public static TheoryData<byte, uint?, byte[][], string> Tags => new()
    {
        { 0x00, null, [Key], """{"op":"Delete","cf":0,"key":"6b6579"}""" },
        { 0x01, null, [Key, Value], """{"op":"Put","cf":0,"key":"6b6579","value":"76616c7565"}""" },
        { 0x02, null, [Key, Value], """{"op":"Merge","cf":0,"key":"6b6579","value":"76616c7565"}""" },
        { 0x04, 300, [Key], """{"op":"Delete","cf":300,"key":"6b6579"}""" },
        { 0x05, 1, [Key, Value], """{"op":"Put","cf":1,"key":"6b6579","value":"76616c7565"}""" },
        { 0x06, uint.MaxValue, [Key, Value], """{"op":"Merge","cf":4294967295,"key":"6b6579","value":"76616c7565"}""" },
        { 0x07, null, [Key], """{"op":"SingleDelete","cf":0,"key":"6b6579"}""" },
        { 0x08, 2, [Key], """{"op":"SingleDelete","cf":2,"key":"6b6579"}""" },
        { 0x0E, 2, [Key, Value], """{"op":"DeleteRange","cf":2,"key":"6b6579","value":"76616c7565"}""" },
        { 0x0F, null, [Key, Value], """{"op":"DeleteRange","cf":0,"key":"6b6579","value":"76616c7565"}""" },
        { 0x10, 2, [Key, Value], """{"op":"PutBlobIndex","cf":2,"key":"6b6579","value":"76616c7565"}""" },
        { 0x11, null, [Key, Value], """{"op":"PutBlobIndex","cf":0,"key":"6b6579","value":"76616c7565"}""" },
        { 0x16, null, [Key, Value], """{"op":"PutEntity","cf":0,"key":"6b6579","value":"76616c7565"}""" },
        { 0x17, 2, [Key, Value], """{"op":"PutEntity","cf":2,"key":"6b6579","value":"76616c7565"}""" },
        {
            0x18, null, [Key, [.. Value, 5, 0, 0, 0, 0, 0, 0, 0]],
            """{"op":"TimedPut","cf":0,"key":"6b6579","value":"76616c7565","write_unix_time":5}"""
        },
        { 0x19, 2, [Key, [1, 0, 0, 0, 0, 0, 0, 0]], """{"op":"TimedPut","cf":2,"key":"6b6579","value":"","write_unix_time":1}""" },
    };

    public static TheoryData<byte, byte[][], string> UncountedTags => new()
    {
        { 0x03, [Value], """{"op":"LogData","value":"76616c7565"}""" },
        { 0x09, [], """{"op":"BeginPrepare","unprepared":false}""" },
        { 0x12, [], """{"op":"BeginPrepare","unprepared":false}""" },
        { 0x13, [], """{"op":"BeginPrepare","unprepared":true}""" },
        { 0x0A, [Xid], """{"op":"EndPrepare","xid":"786964"}""" },
        { 0x0B, [Xid], """{"op":"Commit","xid":"786964"}""" },
        { 0x0C, [Xid], """{"op":"Rollback","xid":"786964"}""" },
        { 0x0D, [], """{"op":"Noop"}""" },
        { 0x15, [Value, Xid], """{"op":"CommitWithTimestamp","xid":"786964","timestamp":"76616c7565"}""" },
    };

    /// <summary>The three tags that begin a section, one for each write policy.</summary>
    [Theory]
    [InlineData(0x09, false, false)]
    [InlineData(0x12, true, false)]
    [InlineData(0x13, false, true)]
    public void The_beginnings_of_sections_differ(byte tag, bool isPersisted, bool isUnprepared)
    {
        var batch = new WriteBatch(new BatchBuilder().Uncounted(tag).Build(1));
        WriteBatch.Enumerator operations = batch.GetEnumerator();
        Assert.True(operations.MoveNext());
        Assert.Equal(OperationType.BeginPrepare, operations.Current.Type);
        Assert.Equal((isPersisted, isUnprepared), (operations.Current.IsPersistedPrepare, operations.Current.IsUnprepared));
    }

    [Theory]
    [InlineData(3U, "3 in its header, 2 found")]
    [InlineData(1U, "1 in its header, 2 found")]
    [InlineData(uint.MaxValue, "4294967295 in its header, 2 found")]
    public void A_wrong_count_is_stated(uint count, string counts)
    {
        var batch = new WriteBatch(new BatchBuilder().Put("a"u8, "1"u8).Put("b"u8, "2"u8).Build(1, count));
        Finding found = batch.FindDamage()!;
        Assert.Equal((FindingKind.WrongBatchCount, "WriteBatch has wrong count", counts), (found.Kind, found.Reason, found.Detail));
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void Operations_with_a_key_are_read(byte tag, uint? columnFamily, byte[][] fields, string expected)
    {
        var batch = new WriteBatch(new BatchBuilder().Counted(tag, columnFamily, fields).Put("k"u8, "v"u8).Build(41));
        Assert.Equal(2u, batch.Count);
        Assert.Equal(41UL, batch.Sequence);
        Assert.Equal([$"41 True {tag} {expected}", "42 True 1 " + """{"op":"Put","cf":0,"key":"6b","value":"76"}"""], Lines(ref batch));
        Assert.Null(batch.Finding);
    }

    [Theory]
    [MemberData(nameof(UncountedTags))]
    public void Operations_without_a_key_are_read(byte tag, byte[][] fields, string expected)
    {
        var batch = new WriteBatch(new BatchBuilder().Put("k"u8, "v"u8).Uncounted(tag, fields).Build(41));
        Assert.Equal(1u, batch.Count);
        List<string> lines = Lines(ref batch);
        Assert.EndsWith($" False {tag} {expected}", lines[1], StringComparison.Ordinal);
        Assert.Null(batch.Finding);
    }

    [Fact]
    public void A_truncated_operation_is_damage_and_the_operations_before_it_are_returned()
    {
        foreach ((byte tag, uint? family, byte[][] fields) in Tags.Select(row => ((byte)row[0], (uint?)row[1], (byte[][])row[2]))
            .Concat(UncountedTags.Select(row => ((byte)row[0], (uint?)null, (byte[][])row[1]))))
        {
            var builder = new BatchBuilder().Put("k"u8, "v"u8);
            int start = builder.Build(1).Length;
            ReadOnlySpan<byte> whole = builder.Uncounted(0x0D).Uncounted(0x0D).Build(1);
            byte[] tail =
            [
                tag,
                .. family is { } id ? WalBytes.Varint(id) : [],
                .. fields.SelectMany(field => (byte[])[.. WalBytes.Varint((uint)field.Length), .. field]),
            ];
            for (int length = 1; length < tail.Length; length++)
            {
                var batch = new WriteBatch((byte[])[.. whole[..start], .. tail[..length]]);
                Assert.Single(Lines(ref batch));
                Finding corruption = batch.Finding!;
                Assert.Equal(
                    (FindingKind.BadBatchOperation, start, length), (corruption.Kind, corruption.Offset, corruption.Bytes));
                Assert.StartsWith("bad ", corruption.Reason, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(0x14)]
    [InlineData(0x1A)]
    [InlineData(0x7F)]
    [InlineData(0xFF)]
    public void A_tag_that_no_log_may_contain_is_damage(byte tag)
    {
        var batch = new WriteBatch(new BatchBuilder().Put("k"u8, "v"u8).Uncounted(tag).Put("k"u8, "v"u8).Build(1));
        Assert.Single(Lines(ref batch));
        Assert.Equal(FindingKind.UnknownBatchTag, batch.Finding!.Kind);
        Assert.Equal($"unknown WriteBatch tag: {tag}", batch.Finding!.Reason);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(3u)]
    [InlineData(uint.MaxValue)]
    public void A_wrong_count_is_reported_after_the_operations(uint count)
    {
        var batch = new WriteBatch(new BatchBuilder().Put("k"u8, "v"u8).Put("k"u8, "v"u8).Build(1, count));
        Assert.Equal(2, Lines(ref batch).Count);
        Assert.Equal("WriteBatch has wrong count", batch.Finding!.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void A_record_that_is_too_small_is_damage(int length)
    {
        var batch = new WriteBatch(new byte[length]);
        Assert.Empty(Lines(ref batch));
        Assert.Equal((0UL, 0u), (batch.Sequence, batch.Count));
        Assert.Equal("log record too small", batch.Finding!.Reason);
        Assert.Equal(length, batch.Finding!.Bytes);
    }

    [Fact]
    public void An_empty_batch_and_the_default_batch_are_valid()
    {
        var batch = new WriteBatch(new BatchBuilder().Build(7));
        Assert.Empty(Lines(ref batch));
        Assert.Null(batch.Finding);
        WriteBatch none = default;
        Assert.Empty(Lines(ref none));
    }

    [Fact]
    public void An_enumeration_that_ends_early_finds_no_damage_and_the_next_one_starts_again()
    {
        var batch = new WriteBatch(new BatchBuilder().Put("k"u8, "v"u8).Uncounted(0xFF).Build(1));
        foreach (WriteBatchOperation operation in batch)
        {
            Assert.Equal(OperationType.Put, operation.Type);
            break;
        }

        Assert.Null(batch.Finding);
        Assert.Single(Lines(ref batch));
        Assert.NotNull(batch.Finding);
        Assert.Single(Lines(ref batch));
        Assert.NotNull(batch.Finding);
    }

    [Fact]
    public void Timestamps_are_split_from_keys_if_the_log_declares_them()
    {
        var declared = TimestampSizes.None.ToBuilder();
        declared.Add(1, 2);
        TimestampSizes sizes = TimestampSizes.Of(declared);
        var batch = new WriteBatch(
            new BatchBuilder()
                .Counted(0x05, 1, "keyTS"u8.ToArray(), Value)
                .Counted(0x05, 2, "keyTS"u8.ToArray(), Value)
                .Counted(0x0E, 1, "aTS"u8.ToArray(), "bTU"u8.ToArray())
                .Counted(0x04, 1, "K"u8.ToArray())
                .Counted(0x04, 1, "TS"u8.ToArray())
                .Build(1),
            sizes);
        List<string> found = [];
        foreach (WriteBatchOperation operation in batch)
        {
            found.Add(
                $"{Text(operation.Key)}|{Text(operation.Timestamp)}|{Text(operation.EndKey)}|{Text(operation.EndTimestamp)}"
                + $"|{Text(operation.Value)}");
        }

        Assert.Equal(["key|TS|||value", "keyTS||||value", "a|TS|b|TU|", "K||||", "|TS|||"], found);

        static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.ASCII.GetString(bytes);
    }

    [Fact]
    public void Numbering_by_sub_batch_is_detected_and_passed_to_the_next_batch()
    {
        // A write-prepared section: the second put of "a" starts a sub-batch.
        var prepared = new WriteBatch(new BatchBuilder()
            .Uncounted(0x12).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Put("a"u8, "2"u8).Put("b"u8, "2"u8).Uncounted(0x0A, Xid).Build(100));
        Assert.Equal(SequenceNumbering.PerOperation, prepared.Numbering);
        Assert.Equal([100UL, 100, 100, 101, 101, 101], Sequences(ref prepared));
        Assert.Equal(SequenceNumbering.PerSubBatch, prepared.Numbering);

        // Two such batches in one record: the Noop after each batch ends it, the Noop before it does not.
        var plain = new WriteBatch(new BatchBuilder()
            .Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D)
            .Uncounted(0x0D).Put("a"u8, "2"u8).Uncounted(0x0D).Build(102))
        {
            Numbering = prepared.Numbering,
        };
        Assert.Equal([102UL, 102, 102, 102, 103, 103, 103], Sequences(ref plain));

        // The same key in another column family is another key.
        var families = new WriteBatch(new BatchBuilder().Put("a"u8, "1"u8).Counted(0x05, 1, "a"u8.ToArray(), Value).Build(104))
        {
            Numbering = SequenceNumbering.PerSubBatch,
        };
        Assert.Equal([104UL, 104], Sequences(ref families));
    }

    [Fact]
    public void Numbering_by_sub_batch_is_detected_by_a_separator_at_the_end()
    {
        // The first plain batch of a write-prepared database, before any transaction was prepared.
        var first = new WriteBatch(new BatchBuilder().Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D).Build(1));
        Assert.Equal([1UL, 1, 1, 1], Sequences(ref first));
        Assert.Equal(SequenceNumbering.PerSubBatch, first.Numbering);

        // A value is not a separator, nor is a marker that ends nothing.
        var carriageReturn = new WriteBatch(new BatchBuilder().Put("a"u8, "1"u8).Put("b"u8, "1\r"u8).Build(1));
        Assert.Equal([1UL, 2], Sequences(ref carriageReturn));
        var empty = new WriteBatch(new BatchBuilder().Uncounted(0x0B, Xid).Uncounted(0x0D).Build(1));
        Assert.Equal([1UL, 1], Sequences(ref empty));
        var damaged = new WriteBatch(new BatchBuilder().Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D).Build(1, count: 3));
        Assert.Equal([1UL, 2, 3], Sequences(ref damaged));
    }

    [Fact]
    public void A_write_committed_section_uses_no_numbers_before_merged_operations()
    {
        var merged = new WriteBatch(new BatchBuilder()
            .Uncounted(0x09).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0A, Xid).Put("c"u8, "1"u8).Put("d"u8, "1"u8).Build(7));
        Assert.Equal([7UL, 7, 8, 9, 7, 8], Sequences(ref merged));
    }

    /// <summary>In recorded write-prepared and write-unprepared logs, each batch ends where the next begins.</summary>
    [Theory]
    [InlineData("rocksdb/2pc-prepared/000004.log")]
    [InlineData("rocksdb/2pc-unprepared/000004.log")]
    [InlineData("rocksdb/basic/000004.log")]
    [InlineData("kvrocks/types/db/000010.log")]
    public async Task Sequence_numbers_have_no_gap_between_batches(string path)
    {
        await using WalReader reader = WalReader.Open(TestFiles.Committed(path));
        SequenceNumbering numbering = SequenceNumbering.PerOperation;
        ulong expected = 1;
        while (await reader.ReadAsync())
        {
            var batch = new WriteBatch(reader.Record) { Numbering = numbering };
            Assert.Equal(expected, batch.Sequence);
            foreach (WriteBatchOperation operation in batch)
            {
                bool takesOne = operation.HasKey || (batch.Numbering == SequenceNumbering.PerSubBatch
                    && operation.Type is OperationType.EndPrepare or OperationType.Commit or OperationType.Rollback);
                expected = takesOne ? operation.Sequence + 1 : expected;
            }

            numbering = batch.Numbering;
        }

        Assert.True(expected > 50);
    }

    [Fact]
    public void A_handler_receives_each_operation_by_its_type_until_it_stops()
    {
        var builder = new BatchBuilder();
        foreach (object[] row in Tags)
        {
            builder.Counted((byte)row[0], (uint?)row[1], (byte[][])row[2]);
        }

        foreach (object[] row in UncountedTags)
        {
            builder.Uncounted((byte)row[0], (byte[][])row[1]);
        }

        var batch = new WriteBatch(builder.Build(1));
        var all = new Recorder();
        Assert.Null(batch.Iterate(all));
        Assert.Equal(Lines(ref batch).Select(line => line.Split("\"op\":\"")[1].Split('"')[0]), all.Calls);

        var few = new Recorder { Limit = 3 };
        Assert.Null(batch.Iterate(few));
        Assert.Equal(3, few.Calls.Count);

        Assert.Null(batch.Iterate(new Ignorer()));
        Assert.NotNull(new WriteBatch(new BatchBuilder().Uncounted(0xFF).Build(1)).Iterate(new Ignorer()));
    }

    private static List<string> Lines(ref WriteBatch batch)
    {
        List<string> lines = [];
        foreach (WriteBatchOperation operation in batch)
        {
            lines.Add($"{operation.Sequence} {operation.HasKey} {operation.Tag} {OperationLine.Of(operation)}");
        }

        return lines;
    }

    private static List<ulong> Sequences(ref WriteBatch batch)
    {
        List<ulong> sequences = [];
        foreach (WriteBatchOperation operation in batch)
        {
            sequences.Add(operation.Sequence);
        }

        return sequences;
    }

    private sealed class Ignorer : IWriteBatchHandler;

    private sealed class Recorder : IWriteBatchHandler
    {
        public List<string> Calls { get; } = [];

        public int Limit { get; init; } = int.MaxValue;

        public bool ShouldContinue => Calls.Count < Limit;

        public void Put(WriteBatchOperation operation) => Calls.Add("Put");

        public void Delete(WriteBatchOperation operation) => Calls.Add("Delete");

        public void SingleDelete(WriteBatchOperation operation) => Calls.Add("SingleDelete");

        public void DeleteRange(WriteBatchOperation operation) => Calls.Add("DeleteRange");

        public void Merge(WriteBatchOperation operation) => Calls.Add("Merge");

        public void PutBlobIndex(WriteBatchOperation operation) => Calls.Add("PutBlobIndex");

        public void PutEntity(WriteBatchOperation operation) => Calls.Add("PutEntity");

        public void TimedPut(WriteBatchOperation operation) => Calls.Add("TimedPut");

        public void LogData(WriteBatchOperation operation) => Calls.Add("LogData");

        public void MarkBeginPrepare(WriteBatchOperation operation) => Calls.Add("BeginPrepare");

        public void MarkEndPrepare(WriteBatchOperation operation) => Calls.Add("EndPrepare");

        public void MarkCommit(WriteBatchOperation operation) => Calls.Add("Commit");

        public void MarkCommitWithTimestamp(WriteBatchOperation operation) => Calls.Add("CommitWithTimestamp");

        public void MarkRollback(WriteBatchOperation operation) => Calls.Add("Rollback");

        public void MarkNoop(WriteBatchOperation operation) => Calls.Add("Noop");
    }
}
