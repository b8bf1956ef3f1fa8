using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Compression;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Testing.Flaws;
using WalParser.TestSupport.Logs;
using WalParser.WideColumns;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>Enumeration returns the operations that were built, and building them gives the same batch.</summary>
public class WriteBatchBuilderTests
{
    private delegate void Step(WriteBatchBuilder batch);

    /// <summary>One call of the builder, and the expected operation.</summary>
    private sealed record Call(Step Make, string Expected)
    {
        public override string ToString() => Expected;
    }

    private static Gen<byte[]> Bytes => Gen.OneOf(
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(),
        Gen.Choose(120, 140).Select(length => new byte[length]),
        Gen.Choose(16_000, 17_000).Select(length => new byte[length]));

    private static Gen<Call> Calls =>
        from kind in Gen.Choose(0, 16)
        from key in Bytes
        from value in Bytes
        from family in Gen.Elements(0u, 1u, 127u, 128u, uint.MaxValue)
        from number in Gen.Choose(0, int.MaxValue)
        select CallOf(kind, key, value, family, (ulong)number);

    [Fact]
    public void Built_operations_are_enumerated() =>
        Prop.ForAll(Calls.ArrayOf().ToArbitrary(), calls =>
        {
            var builder = new WriteBatchBuilder();
            builder.Put("left over"u8, "from the batch before"u8);
            builder.Clear(1000);
            foreach (Call call in calls)
            {
                call.Make(builder);
            }

            // The batch itself, and the batch built again from the enumerated operations.
            var again = new WriteBatchBuilder(1000);
            var batch = new WriteBatch(builder.Build().Span, Sizes);
            List<string> found = [];
            foreach (WriteBatchOperation operation in batch)
            {
                found.Add(TextOf(operation));
                again.Add(operation);
            }

            Assert.Null(batch.Finding);
            Assert.Equal(1000ul, batch.Sequence);
            Assert.Equal(calls.Select(call => call.Expected), found);
            Assert.Equal(builder.Build().Span, again.Build().Span);
            Assert.Equal(builder.Length, builder.Build().Length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>The bytes equal those of the builder of the tests, for every tag.</summary>
    [Fact]
    public void Every_tag_equals_that_of_another_builder()
    {
        byte[] key = "key"u8.ToArray(), value = "value"u8.ToArray(), stamp = "12345678"u8.ToArray();
        byte[] keyAt = [.. key, .. stamp], valueAt = [.. value, .. stamp];
        byte[] theirs =
        [
            .. new BatchBuilder()
                .Counted(0x00, null, key).Counted(0x04, 5, keyAt).Counted(0x01, null, key, value).Counted(0x05, 5, keyAt, value)
                .Counted(0x02, null, key, value).Counted(0x06, 5, keyAt, value).Uncounted(0x03, value)
                .Counted(0x07, null, key).Counted(0x08, 5, keyAt).Counted(0x0F, null, key, value).Counted(0x0E, 5, keyAt, valueAt)
                .Counted(0x11, null, key, value)
                .Counted(0x10, 5, keyAt, value)
                .Counted(0x16, null, key, value)
                .Counted(0x17, 5, keyAt, value)
                .Counted(0x18, null, key, [.. value, .. BitConverter.GetBytes(7ul)])
                .Counted(0x19, 5, keyAt, [.. value, .. BitConverter.GetBytes(7ul)])
                .Uncounted(0x09).Uncounted(0x12).Uncounted(0x13).Uncounted(0x0A, key).Uncounted(0x0B, key).Uncounted(0x15, stamp, key)
                .Uncounted(0x0C, key).Uncounted(0x0D)
                .Build(42),
        ];
        WriteBatchBuilder ours = new WriteBatchBuilder(42)
            .Delete(key).Delete(key, 5, stamp).Put(key, value).Put(key, value, 5, stamp)
            .Merge(key, value).Merge(key, value, 5, stamp).LogData(value)
            .SingleDelete(key).SingleDelete(key, 5, stamp).DeleteRange(key, value).DeleteRange(key, value, 5, stamp)
            .PutBlobIndex(key, value).PutBlobIndex(key, value, 5, stamp).PutEntity(key, value).PutEntity(key, value, 5, stamp)
            .TimedPut(key, value, 7).TimedPut(key, value, 7, 5, stamp)
            .BeginPrepare().BeginPersistedPrepare().BeginUnprepare().EndPrepare(key).Commit(key).CommitWithTimestamp(key, stamp)
            .Rollback(key).Noop();
        Assert.Equal(theirs, ours.Build().ToArray());
    }

    [Fact]
    public void Deliberate_errors_are_detected()
    {
        WriteBatchBuilder batch = new WriteBatchBuilder(1).Put("key"u8, "value"u8);
        Assert.Equal(FindingKind.WrongBatchCount, CorruptionOf(batch.BuildWithCount(2)));
        Assert.Equal(FindingKind.UnknownBatchTag, CorruptionOf(batch.Clear().AddRaw([0x7F]).Build().Span));
        Assert.Equal(FindingKind.BadBatchOperation, CorruptionOf(batch.Clear().AddRaw([0x01, 200]).Build().Span));
    }

    /// <summary>An operation of any type that does not fit leaves the batch unchanged.</summary>
    [Fact]
    public void An_operation_that_does_not_fit_leaves_the_batch_unchanged()
    {
        byte[] key = new byte[300], value = new byte[600];
        Step[] steps =
        [
            batch => batch.Put(key, value), batch => batch.Delete(value, 7), batch => batch.SingleDelete(value),
            batch => batch.DeleteRange(key, value),
            batch => batch.Merge(key, value, 4), batch => batch.PutBlobIndex(key, value), batch => batch.PutEntity(key, value),
            batch => batch.TimedPut(key, value, 9), batch => batch.LogData(value), batch => batch.EndPrepare(value),
            batch => batch.Commit(value),
            batch => batch.CommitWithTimestamp(value, key), batch => batch.Rollback(value), batch => batch.AddRaw(value),
            batch => batch.Append(new WriteBatch(value)),
        ];
        Assert.All(steps, step =>
        {
            var batch = new WriteBatchBuilder(5) { MaxLength = 500 };
            byte[] before = batch.Put("key"u8, "value"u8).Build().ToArray();
            Assert.Throws<InvalidOperationException>(() => step(batch));
            Assert.Equal((1u, before.Length), (batch.Count, batch.Length));
            Assert.Equal(before, batch.Build().ToArray());
        });

        // An operation may fill the batch up to the last byte.
        var full = new WriteBatchBuilder { MaxLength = 12 + 1 + 1 + 3 + 2 + 300 };
        Assert.Equal(full.MaxLength, full.Put("key"u8, key).Length);
        Assert.Throws<InvalidOperationException>(() => full.Noop());
    }

    [Fact]
    public void An_invalid_operation_is_not_added()
    {
        Assert.Throws<ArgumentException>(() => new WriteBatchBuilder().Add(default));
        var batch = new WriteBatch(new WriteBatchBuilder().Delete(default).Build().Span);
        var again = new WriteBatchBuilder();
        foreach (WriteBatchOperation operation in batch)
        {
            again.Add(operation);
        }

        Assert.Equal(1u, again.Count);
    }

    /// <summary>The result equals a batch that the builder of the tests creates at once.</summary>
    [Fact]
    public void A_batch_is_appended_unchanged()
    {
        byte[] other = new BatchBuilder().Put("b"u8, "2"u8).Uncounted(0x03, "note"u8.ToArray()).Put("c"u8, "3"u8).Build(99).ToArray();
        WriteBatchBuilder batch = new WriteBatchBuilder(7).Put("a"u8, "1"u8).Append(new WriteBatch(other)).Delete("d"u8);
        byte[] expected = new BatchBuilder().Put("a"u8, "1"u8).Put("b"u8, "2"u8).Uncounted(0x03, "note"u8.ToArray()).Put("c"u8, "3"u8)
            .Counted(0x00, null, "d"u8.ToArray()).Build(7).ToArray();
        Assert.Equal(expected, batch.Build().ToArray());

        // The count in the header is used, and bytes that are not an operation are copied.
        batch.Clear().Append(new WriteBatch([.. new byte[8], 9, 0, 0, 0, 0x7F]));
        Assert.Equal((9u, 13), (batch.Count, batch.Length));
        Assert.Throws<ArgumentException>(() => batch.Append(new WriteBatch(new byte[11])));
    }

    [Fact]
    public void The_default_family_is_named_if_requested()
    {
        WriteBatchBuilder batch = new WriteBatchBuilder(1) { NamesDefaultFamily = true }.Put("a"u8, "1"u8).Delete("b"u8);
        byte[] expected = new BatchBuilder()
            .Counted(0x05, 0, "a"u8.ToArray(), "1"u8.ToArray())
            .Counted(0x04, 0, "b"u8.ToArray())
            .Build(1)
            .ToArray();
        Assert.Equal(expected, batch.Build().ToArray());
    }

    /// <summary>Entities and blob indexes that the builder serializes equal those serialized by the caller.</summary>
    [Fact]
    public void Entities_and_blob_indexes_are_serialized()
    {
        NewWideColumn[] columns = [new("b"u8.ToArray(), "2"u8.ToArray()), new(default, "1"u8.ToArray())];
        WriteBatchBuilder batch = new WriteBatchBuilder(1)
            .PutEntity("key"u8, columns, 3)
            .PutBlobIndex("key"u8, BlobIndex.InFile(7, 1234, 99, CompressionType.Lz4), 4);
        byte[] expected = new BatchBuilder().Counted(0x17, 3, "key"u8.ToArray(), Convert.FromHexString("0102000101620131" + "32"))
            .Counted(0x10, 4, "key"u8.ToArray(), Convert.FromHexString("0107d2096304")).Build(1).ToArray();
        Assert.Equal(expected, batch.Build().ToArray());
    }

    [Fact]
    public void Nothing_is_allocated_once_the_builder_has_grown()
    {
        var batch = new WriteBatchBuilder();
        byte[] value = new byte[1000];
        Fill(batch, value);

        // The runtime itself can allocate on the thread once, when it compiles a method anew. The builder would allocate in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                Fill(batch, value);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static void Fill(WriteBatchBuilder batch, byte[] value)
    {
        batch.Clear(5);
        for (int i = 0; i < 100; i++)
        {
            batch.Put("key"u8, value).Delete("key"u8, 4).TimedPut("key"u8, value, 9).LogData(value);
        }

        batch.Build();
    }

    private static FindingKind? CorruptionOf(ReadOnlySpan<byte> payload)
    {
        var batch = new WriteBatch(payload);
        foreach (WriteBatchOperation _ in batch)
        {
            // The enumeration finds the damage.
        }

        return batch.Finding?.Kind;
    }

    /// <summary>Column family 1 has timestamps.</summary>
    private static TimestampSizes Sizes { get; } = SizesOfFamily1();

    private static TimestampSizes SizesOfFamily1()
    {
        System.Collections.Immutable.ImmutableSortedDictionary<uint, int>.Builder sizes = TimestampSizes.None.ToBuilder();
        sizes.Add(1, 8);
        return TimestampSizes.Of(sizes);
    }

    private static Call CallOf(int kind, byte[] key, byte[] value, uint family, ulong number)
    {
        byte[] stamp = family == 1 ? BitConverter.GetBytes(number) : [];
        string at = stamp.Length > 0 ? "@" + Convert.ToHexString(stamp) : "";
        static string Text(OperationType type, string rest) => $"{type} {rest}";
        string keyed = $"{family} {Hex(key)}{at}";
        return kind switch
        {
            0 => new(batch => batch.Put(key, value, family, stamp), Text(OperationType.Put, $"{keyed} {Hex(value)}")),
            1 => new(batch => batch.Delete(key, family, stamp), Text(OperationType.Delete, $"{keyed} ")),
            2 => new(batch => batch.SingleDelete(key, family, stamp), Text(OperationType.SingleDelete, $"{keyed} ")),
            3 => new(
                batch => batch.DeleteRange(key, value, family, stamp), Text(OperationType.DeleteRange, $"{keyed} to {Hex(value)}{at}")),
            4 => new(batch => batch.Merge(key, value, family, stamp), Text(OperationType.Merge, $"{keyed} {Hex(value)}")),
            5 => new(batch => batch.PutBlobIndex(key, value, family, stamp), Text(OperationType.PutBlobIndex, $"{keyed} {Hex(value)}")),
            6 => new(batch => batch.PutEntity(key, value, family, stamp), Text(OperationType.PutEntity, $"{keyed} {Hex(value)}")),
            7 => new(
                batch => batch.TimedPut(key, value, number, family, stamp), Text(OperationType.TimedPut, $"{keyed} {Hex(value)} {number}")),
            8 => new(batch => batch.LogData(value), Text(OperationType.LogData, Hex(value))),
            9 => new(batch => batch.BeginPrepare(), Text(OperationType.BeginPrepare, "9")),
            10 => new(batch => batch.BeginPersistedPrepare(), Text(OperationType.BeginPrepare, "18")),
            11 => new(batch => batch.BeginUnprepare(), Text(OperationType.BeginPrepare, "19")),
            12 => new(batch => batch.EndPrepare(key), Text(OperationType.EndPrepare, Hex(key))),
            13 => new(batch => batch.Commit(key), Text(OperationType.Commit, Hex(key))),
            14 => new(batch => batch.CommitWithTimestamp(key, value), Text(OperationType.CommitWithTimestamp, $"{Hex(key)}@{Hex(value)}")),
            15 => new(batch => batch.Rollback(key), Text(OperationType.Rollback, Hex(key))),
            _ => new(batch => batch.Noop(), Text(OperationType.Noop, "")),
        };
    }

    private static string TextOf(WriteBatchOperation operation)
    {
        var text = new StringBuilder($"{operation.Type} ");
        if (operation.HasKey)
        {
            string at = operation.Timestamp.IsEmpty ? "" : "@" + Convert.ToHexString(operation.Timestamp);
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{operation.ColumnFamily} {Hex(operation.Key)}{at} ");
            text.Append(operation.Type == OperationType.DeleteRange
                ? $"to {Hex(operation.EndKey)}{(operation.EndTimestamp.IsEmpty ? "" : "@" + Convert.ToHexString(operation.EndTimestamp))}"
                : Hex(operation.Value));
            return operation.Type == OperationType.TimedPut ? $"{text} {operation.WriteTimeSeconds}" : text.ToString();
        }

        return text + operation.Type switch
        {
            OperationType.LogData => Hex(operation.Value),
            OperationType.BeginPrepare => operation.Tag.ToString(System.Globalization.CultureInfo.InvariantCulture),
            OperationType.CommitWithTimestamp => $"{Hex(operation.Xid)}@{Hex(operation.Timestamp)}",
            OperationType.Noop => "",
            _ => Hex(operation.Xid),
        };
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => bytes.Length < 200 ? Convert.ToHexString(bytes) : $"{bytes.Length} bytes";
}
