using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Tests.Blobs;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.WideColumns;
using Column = WalParser.Tests.WideColumns.EntityBuilder.Column;

namespace WalParser.Tests.WideColumns;

/// <summary>Valid and invalid wide-column entities of both versions.</summary>
public class WideColumnEntityTests
{
    private static readonly byte[] Index = [1, 7, 0xd2, 9, 0x63, 4];

    private static readonly Column[] Columns =
    [
        new([], "default"u8.ToArray()), new("a"u8.ToArray(), []), new("ab"u8.ToArray(), new byte[300]), new([0xff], "last"u8.ToArray()),
    ];

    /// <summary>All entities that RocksDB wrote are read, and the columns are written again as the same bytes.</summary>
    [Fact]
    public void Entities_that_RocksDB_wrote_are_read()
    {
        int[] versions = new int[3];
        IEnumerable<string> paths =
        [
            .. TestFiles.Named("operations.jsonl").Select(TestFiles.PathOf),
            TestFiles.Committed("rocksdb/entities/operations.jsonl"), TestFiles.Committed("rocksdb/blob-zstd/operations.jsonl"),
        ];
        foreach (string operations in paths)
        {
            foreach (string line in File.ReadLines(operations))
            {
                if (line.StartsWith("{\"op\":\"PutEntity\"", StringComparison.Ordinal)
                    && JsonDocument.Parse(line).RootElement.TryGetProperty("value", out JsonElement hex))
                {
                    byte[] bytes = Convert.FromHexString(hex.GetString()!);
                    versions[bytes[0]]++;
                    List<Column> columns = ReadGood(bytes);
                    Assert.Equal(bytes, bytes[0] == 1 ? EntityBuilder.Version1(columns) : EntityBuilder.Version2(columns));
                    Assert.Equal(columns.Any(column => column.Type == EntityBuilder.BlobIndex), bytes[0] == 2);
                }
            }
        }

        Assert.True(versions[1] > 0 && versions[2] > 0, "The recorded logs do not contain entities of both versions.");
    }

    /// <summary>Each entity in the recorded logs is serialized again from its columns in another order.</summary>
    [Fact]
    public async Task Entities_are_serialized_as_by_RocksDB()
    {
        int[] versions = new int[3];
        foreach (byte[] bytes in await Logs.ReadRecordedValuesAsync(
            OperationType.PutEntity, TestFiles.Committed("rocksdb/entities/000004.log")))
        {
            versions[bytes[0]]++;
            IEnumerable<Column> columns = ((IEnumerable<Column>)ReadGood(bytes)).Reverse();
            Assert.Equal(bytes, WideColumnEntity.Serialize(columns.Select(New)));
        }

        Assert.True(versions[1] > 0 && versions[2] > 0, "The recorded logs do not contain entities of both versions.");
    }

    [Fact]
    public void Any_columns_are_serialized_as_by_an_independent_builder() =>
        Prop.ForAll(
            Lists.ToArbitrary(),
            columns =>
            {
                bool isSplit = columns.Any(column => column.Type == EntityBuilder.BlobIndex);
                byte[] expected = isSplit ? EntityBuilder.Version2(columns) : EntityBuilder.Version1(columns);
                Assert.Equal(expected, WideColumnEntity.Serialize(columns.Reverse().Select(New)));
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260101UL, 77UL));

    [Fact]
    public void Columns_that_RocksDB_would_refuse_are_not_serialized()
    {
        NewWideColumn[] repeated = [new("a"u8.ToArray(), default), new("b"u8.ToArray(), default), new("a"u8.ToArray(), default)];
        Assert.Throws<ArgumentException>(() => WideColumnEntity.Serialize(repeated));
        Assert.Throws<ArgumentException>(
            () => WideColumnEntity.Serialize([new("a"u8.ToArray(), "no index"u8.ToArray(), IsBlobIndex: true)]));
        Assert.Equal([1, 0], WideColumnEntity.Serialize([]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Columns_are_read_in_place(int version)
    {
        byte[] bytes = version == 1 ? EntityBuilder.Version1(Columns) : EntityBuilder.Version2(Columns);
        Assert.True(WideColumnEntity.TryRead(bytes, out WideColumnEntity entity, out string? reason), reason);
        Assert.Equal((version, 4, false), (entity.Version, entity.Count, entity.HasBlobIndexes));
        Assert.Equal(Columns.Select(Text), ReadGood(bytes).Select(Text));

        Assert.True(entity.TryGetColumn("ab"u8, out WideColumn column));
        Assert.Equal(300, column.Value.Length);
        Assert.True(bytes.AsSpan().Overlaps(column.Value));
        Assert.True(entity.TryGetColumn(default, out column));
        Assert.Equal("default", Encoding.ASCII.GetString(column.Value));
        Assert.False(entity.TryGetColumn("b"u8, out _));
    }

    [Fact]
    public void Reading_an_entity_allocates_nothing()
    {
        byte[] bytes = EntityBuilder.Version2([.. Columns[..3], new Column([0xff], Index, EntityBuilder.BlobIndex)]);
        int Count()
        {
            int size = 0;
            Assert.True(WideColumnEntity.TryRead(bytes, out WideColumnEntity entity, out _));
            foreach (WideColumn column in entity)
            {
                size += column.Value.Length;
            }

            return size;
        }

        Assert.Equal(7 + 300 + Index.Length, Count());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Count();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Blob_indexes_are_distinguished_from_values()
    {
        byte[] bytes = EntityBuilder.Version2(new Column([1], Index), new Column([2], Index, EntityBuilder.BlobIndex));
        Assert.True(WideColumnEntity.TryRead(bytes, out WideColumnEntity entity, out _));
        Assert.True(entity.HasBlobIndexes);
        using var resolver = new BlobResolver("no such folder");

        Assert.True(entity.TryGetColumn([1], out WideColumn inline));
        Assert.False(inline.IsBlobIndex || inline.TryGetBlobIndex(out _));
        Assert.Equal(Index, inline.Resolve(resolver, "key"u8).Value.ToArray());

        Assert.True(entity.TryGetColumn([2], out WideColumn blob));
        Assert.True(blob.IsBlobIndex && blob.TryGetBlobIndex(out BlobIndex index) && index.FileNumber == 7);
        Assert.Equal(BlobOutcome.FileMissing, blob.Resolve(resolver, "key"u8).Outcome);
    }

    /// <summary>The layouts are written by hand, so that the reader and the builder cannot share an error.</summary>
    [Theory]
    [InlineData("0100", "")]
    [InlineData("0000", "")]
    [InlineData("0200", "")]
    [InlineData("0200ffff", "")] // RocksDB ignores the rest
    [InlineData("01010003616263", "01 : 616263")]
    [InlineData("00010003616263", "01 : 616263")] // version 0 is read as 1
    [InlineData("010100036162637a7a", "01 : 616263")] // bytes after the last value
    [InlineData("0102016101016202414243", "01 61: 41, 01 62: 4243")]
    [InlineData("020202020201010101010261624142430a", "01 61: 41, 01 62: 4243")]
    [InlineData("02010101000100060107d2096304", "01 : 0107d2096304")]
    [InlineData("02010101001100060107d2096304", "11 : 0107d2096304")]
    [InlineData("0201030304010100000200007a7a7a7a4142", "01 7a: 4142")] // sections that are longer than their content
    public void All_layouts_are_read(string hex, string columns) =>
        Assert.Equal(columns, string.Join(", ", ReadGood(Convert.FromHexString(hex)).Select(Text)));

    [Theory]
    [InlineData("", "Error decoding wide column version")]
    [InlineData("8080808080", "Error decoding wide column version")]
    [InlineData("0300", "Unsupported wide column version: 3")]
    [InlineData("ffffffff0f00", "Unsupported wide column version: 4294967295")]
    [InlineData("01", "Error decoding number of wide columns")]
    [InlineData("0101", "Error decoding wide column name")]
    [InlineData("01ffffffff0f0161", "Error decoding wide column value size")]
    [InlineData("010105616263", "Error decoding wide column name")]
    [InlineData("0101ffffffff0f6161", "Error decoding wide column name")]
    [InlineData("01010161", "Error decoding wide column value size")]
    [InlineData("010101610241", "Error decoding wide column value payload")]
    [InlineData("01010161ffffffff0f41", "Error decoding wide column value payload")]
    [InlineData("0102016201016101414141", "Wide columns out of order")]
    [InlineData("0102016101016101414141", "Wide columns out of order")] // the same name twice
    [InlineData("010200010001414141", "Wide columns out of order")] // the empty name twice
    [InlineData("0201", "Error decoding wide column name sizes bytes")]
    [InlineData("020101", "Error decoding wide column value sizes bytes")]
    [InlineData("02010101", "Error decoding wide column names bytes")]
    [InlineData("0201010101", "Error decoding wide column types")]
    [InlineData("02ffffffff0f01010101", "Error decoding wide column types")]
    [InlineData("020101010102010161", "Unsupported wide column ValueType")]
    [InlineData("0201010101160101617a", "Unsupported wide column ValueType")] // an entity in an entity
    [InlineData("02010101020101016141", "Error decoding wide column value payload")]
    [InlineData("020101010201010161", "Error decoding wide column sections")]
    [InlineData("0201ffffffff0f010101010161", "Error decoding wide column sections")] // the sum of the three is 1 in 32 bits
    [InlineData("020100010101016141", "Error decoding wide column name size")]
    [InlineData("020101000101016141", "Error decoding wide column value size")]
    [InlineData("02010101000101016141", "Error decoding wide column name")]
    [InlineData("020202020201010101010162614142", "Wide columns out of order")]
    [InlineData("0201010101110101610a", "Error decoding blob index in wide column")]
    [InlineData("02010101011101006141", "Error decoding blob index in wide column")]
    public void An_entity_that_RocksDB_refuses_is_refused_for_the_same_reason(string hex, string reason)
    {
        Assert.False(WideColumnEntity.TryRead(Convert.FromHexString(hex), out WideColumnEntity entity, out string? actual));
        Assert.Equal((reason, 0), (actual, entity.Count));
        foreach (WideColumn column in entity)
        {
            Assert.Fail("An invalid entity has columns.");
        }
    }

    [Fact]
    public void Any_columns_are_read_as_they_were_written() =>
        Prop.ForAll(
            Lists.ToArbitrary(),
            columns =>
            {
                Assert.Equal(columns.Select(Text), ReadGood(EntityBuilder.Version2(columns)).Select(Text));
                Column[] inline = [.. columns.Select(column => column with { Type = EntityBuilder.Inline })];
                Assert.Equal(inline.Select(Text), ReadGood(EntityBuilder.Version1(inline)).Select(Text));
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260101UL, 77UL));

    /// <summary>The result equals that of a simple reader that is not optimized, and points into the bytes of the entity.</summary>
    [Fact]
    public void A_damaged_entity_is_read_as_by_an_independent_reader() =>
        Prop.ForAll(
            (from columns in Lists
             from version in Gen.Choose(1, 2)
             from mutations in HostileBlobTests.Mutations.ArrayOf().Resize(3)
             let bytes = version == 1 ? EntityBuilder.Version1(columns) : EntityBuilder.Version2(columns)
             select mutations.Aggregate(bytes, (mutated, mutation) => mutation.Apply(mutated))).ToArbitrary(),
            ReadAny)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithReplay(20260101UL, 77UL));

    [Fact]
    public void Arbitrary_bytes_are_read_or_refused() =>
        Prop.ForAll(
            (from version in Gen.Choose(0, 3)
             from count in Gen.Choose(0, 3)
             from bytes in Gen.Frequency((3, Gen.Choose(0, 3)), (1, Gen.Choose(0, 255))).ArrayOf()
             select (byte[])[(byte)version, (byte)count, .. bytes.Select(value => (byte)value)]).ToArbitrary(),
            ReadAny)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithReplay(20260101UL, 77UL));

    private static void ReadAny(byte[] bytes)
    {
        List<Column>? expected = EntityBuilder.Read(bytes);
        if (expected is not null
            && expected.Any(column => column.Type == EntityBuilder.BlobIndex && !BlobIndex.TryRead(column.Value, out _)))
        {
            expected = null;
        }

        if (expected is not null)
        {
            Assert.Equal(expected.Select(Text), ReadGood(bytes).Select(Text));
            return;
        }

        Assert.False(WideColumnEntity.TryRead(bytes, out _, out string? reason));
        Assert.NotNull(reason);
    }

    private static List<Column> ReadGood(byte[] bytes)
    {
        Assert.True(WideColumnEntity.TryRead(bytes, out WideColumnEntity entity, out string? reason), reason);
        Assert.Null(reason);
        List<Column> columns = [];
        foreach (WideColumn column in entity)
        {
            Assert.True(column.Name.IsEmpty || bytes.AsSpan().Overlaps(column.Name));
            Assert.True(column.Value.IsEmpty || bytes.AsSpan().Overlaps(column.Value));
            columns.Add(new Column(
                column.Name.ToArray(), column.Value.ToArray(), column.IsBlobIndex ? EntityBuilder.BlobIndex : EntityBuilder.Inline));
        }

        Assert.Equal(entity.Count, columns.Count);
        return columns;
    }

    private static Gen<Column[]> Lists =>
        from names in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ArrayOf()
        from seed in Gen.Choose(0, int.MaxValue)
        select Make(names, new Random(seed));

    private static Column[] Make(byte[][] names, Random random) =>
    [
        .. names.DistinctBy(Convert.ToHexString).OrderBy(Convert.ToHexString, StringComparer.Ordinal).Select(name =>
        {
            bool isBlob = random.Next(3) == 0;
            byte[] value = isBlob ? Index : new byte[random.Next(4) == 0 ? random.Next(400) : random.Next(8)];
            return new Column(name, value, isBlob ? EntityBuilder.BlobIndex : EntityBuilder.Inline);
        }),
    ];

    private static NewWideColumn New(Column column) => new(column.Name, column.Value, column.Type == EntityBuilder.BlobIndex);

    private static string Text(Column column) => column.ToString();
}
