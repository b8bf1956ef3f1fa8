using System.Collections;
using System.Reflection;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Findings;
using WalParser.Manifests;

namespace WalParser.Tests.Manifests;

/// <summary>Edits with every tag, complete and truncated at every byte.</summary>
public class VersionEditTests
{
    /// <summary>A field of every tag, and the expected property of the edit.</summary>
    private static readonly (string Name, byte[] Field, Func<VersionEdit, object?> Read, object? Expected)[] Fields =
    [
        ("comparator", New().Number(1).Text("bytewise").Build(), edit => edit.Comparator, "bytewise"),
        ("log number", New().Numbers(2, 300).Build(), edit => edit.LogNumber, 300UL),
        ("next file number", New().Numbers(3, ulong.MaxValue).Build(), edit => edit.NextFileNumber, ulong.MaxValue),
        ("last sequence", New().Numbers(4, 5000).Build(), edit => edit.LastSequence, 5000UL),
        ("cursor", New().Numbers(5, 3).Key("k", 7).Build(), edit => Text(edit.CompactionCursors.Single()), "3 k 7 1"),
        ("deleted file", New().Numbers(6, 2, 400).Build(), edit => edit.DeletedFiles.Single(), new DeletedTableFile(2, 400)),
        ("LevelDB's new file", New().Numbers(7, 1, 200, 3000).Key("a", 1).Key("b", 2).Build(), Described, "1 200 3000 a 1 1 b 2 1  0"),
        ("previous log number", New().Numbers(9, 0).Build(), edit => edit.PreviousLogNumber, 0UL),
        ("min log number to keep", New().Numbers(10, 12).Build(), edit => edit.MinLogNumberToKeep, 12UL),
        (
            "new file 2",
            New().Numbers(100, 1, 200, 3000).Key("a", 1).Key("b", 2).Numbers(4, 5).Build(),
            Described,
            "1 200 3000 a 1 1 b 2 1 4-5 0"),
        (
            "new file 3",
            New().Numbers(102, 1, 200, 2, 3000).Key("a", 1).Key("b", 2).Numbers(4, 5).Build(),
            Described,
            "1 200 3000 a 1 1 b 2 1 4-5 2"),
        ("new file 4", NewFile4(), Described, "1 200 3000 a 1 1 b 2 1 4-5 3"),
        ("column family", New().Numbers(200, 70_000).Build(), edit => edit.ColumnFamily, 70_000U),
        ("column family added", New().Number(201).Text("übrig").Build(), edit => edit.AddedColumnFamily, "übrig"),
        ("column family dropped", New().Number(202).Build(), edit => edit.DropsColumnFamily, true),
        ("max column family", New().Numbers(203, 9).Build(), edit => edit.MaxColumnFamily, 9U),
        ("atomic group", New().Numbers(300, 2).Build(), edit => edit.RemainingInAtomicGroup, 2U),
        (
            "blob file",
            New().Numbers(400, 8, 70, 5000).Text("crc").Bytes(1, 2).Number(5).Bytes(9).Number(0).Build(),
            Blob,
            "8 70 5000 crc 0102"),
        (
            "blob garbage",
            New().Numbers(401, 8, 7, 500).Number(5).Bytes(9).Number(0).Build(),
            edit => edit.BlobFileGarbages.Single(),
            new BlobFileGarbage(8, 7, 500)),
        ("database id", New().Number(8193).Text("id").Build(), edit => edit.DatabaseId, "id"),
        ("blob file, deprecated", New().Numbers(8194, 8, 70, 5000).Text("").Bytes().Number(0).Build(), Blob, "8 70 5000  "),
        (
            "blob garbage, deprecated",
            New().Numbers(8195, 8, 7, 500, 0).Build(),
            edit => edit.BlobFileGarbages.Single(),
            new BlobFileGarbage(8, 7, 500)),
        ("WAL addition", New().Numbers(8196, 4, 2, 3102, 1).Build(), edit => edit.WalAdditions.Single(), new WalAddition(4, 3102)),
        ("WAL deletion", New().Numbers(8197, 4).Build(), edit => edit.WalDeletion, 4UL),
        (
            "full history",
            New().Number(8198).Bytes(1, 2).Build(),
            edit => Convert.ToHexString(edit.FullHistoryTimestampLow!.Value.Span),
            "0102"),
        ("WAL addition 2", New().Number(8199).Bytes(4, 1).Build(), edit => edit.WalAdditions.Single(), new WalAddition(4, null)),
        ("WAL deletion 2", New().Number(8200).Bytes(4).Build(), edit => edit.WalDeletion, 4UL),
        ("persisted timestamps", New().Number(8201).Bytes(0).Build(), edit => edit.PersistsUserDefinedTimestamps, false),
        (
            "subcompaction progress",
            New().Number(8202).Bytes(3, 1).Build(),
            edit => Convert.ToHexString(edit.SubcompactionProgress!.Value.Span),
            "0301"),
        ("last compacted size", New().NumberField(8203, 900).Build(), edit => edit.LastCompactedManifestFileSize, 900UL),
        (
            "an unknown tag that can be ignored",
            New().Number(8192 + 700).Bytes(1, 2, 3).Build(),
            edit => edit.Ignored.Single(),
            new IgnoredField(8892, 3)),
    ];

    public static TheoryData<string> Names => [.. Fields.Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_is_read(string name)
    {
        (_, byte[] bytes, Func<VersionEdit, object?> read, object? expected) = Fields.Single(field => field.Name == name);
        VersionEdit edit = VersionEdit.Read(bytes, 77);
        Assert.Null(edit.Finding);
        Assert.Equal(77, edit.Offset);
        Assert.Equal(expected, read(edit));
        Assert.Equal(1, FieldCountOf(edit));
    }

    /// <summary>The field follows another one, so that the test shows that the other field is kept and which offset is reported.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_truncated_field_is_reported_and_the_fields_before_it_are_kept(string name)
    {
        byte[] field = Fields.Single(field => field.Name == name).Field;
        byte[] before = New().Number(1).Text("before").Numbers(3, 1000).Build();
        for (int length = 1; length < field.Length; length++)
        {
            VersionEdit edit = VersionEdit.Read([.. before, .. field[..length]]);
            Assert.NotNull(edit.Finding);
            Finding corruption = edit.Finding;
            Assert.Equal((before.Length, length), (corruption.Offset, corruption.Bytes));
            Assert.False(string.IsNullOrEmpty(corruption.Reason));
            bool isTagCut = field.Take(length).All(value => value >= 0x80);
            Assert.Equal(isTagCut ? FindingKind.InvalidEditTag : FindingKind.BadEditField, corruption.Kind);
            Assert.Equal(("before", 1000UL, 2), (edit.Comparator, edit.NextFileNumber, FieldCountOf(edit)));
        }
    }

    [Fact]
    public void All_fields_together_are_read()
    {
        VersionEdit edit = VersionEdit.Read([.. Fields.SelectMany(field => field.Field)]);
        Assert.Null(edit.Finding);
        Assert.Equal(4, edit.NewFiles.Count);
        Assert.Equal([new WalAddition(4, 3102), new WalAddition(4, null)], edit.WalAdditions);
        Assert.Equal("id", edit.DatabaseId);
    }

    [Fact]
    public void Every_custom_field_of_a_table_file_is_read()
    {
        VersionEdit edit = VersionEdit.Read(NewFile4());
        NewTableFile file = edit.NewFiles.Single();
        Assert.Equal(
            (true, 6UL, 7UL, 8UL),
            (file.IsMarkedForCompaction, file.OldestBlobFile, file.OldestAncestorTimeSeconds, file.CreationTimeSeconds));
        Assert.Equal(("0304", "sum", (byte)4), (Convert.ToHexString(file.Checksum.Span), file.ChecksumFunction, file.Temperature));
        Assert.Equal(
            ("05", "06", 16),
            (Convert.ToHexString(file.MinTimestamp.Span), Convert.ToHexString(file.MaxTimestamp.Span), file.UniqueId.Length));
        Assert.Equal(
            (11UL, 12UL, 13UL, false), (file.EpochNumber, file.CompensatedRangeDeletionSize, file.TailSize, file.HasUserDefinedTimestamps));
        Assert.Equal("07", Convert.ToHexString(file.OpenMetadata.Span));
        Assert.Equal([new IgnoredField(20, 2)], file.Ignored);
        Assert.Equal(500UL, edit.MinLogNumberToKeep);
    }

    [Theory]
    [InlineData("08", "unknown tag", FindingKind.UnknownEditTag)]
    [InlineData("65", "unknown tag", FindingKind.UnknownEditTag)]
    [InlineData("FFFFFFFFFF01", "invalid tag", FindingKind.InvalidEditTag)]
    [InlineData("02FFFFFFFFFFFFFFFFFFFF01", "log number", FindingKind.BadEditField)]
    [InlineData("01FFFFFFFF0F00", "comparator name", FindingKind.BadEditField)]
    [InlineData("864002AA", "full_history_ts_low", FindingKind.BadEditField)]
    [InlineData("864000", "full_history_ts_low: empty", FindingKind.BadEditField)]
    [InlineData("89400000", "persist_user_defined_timestamps field wrong size", FindingKind.BadEditField)]
    [InlineData("8740020401", null, null)]
    [InlineData("874003040300", "Unknown tag 3", FindingKind.BadEditField)]
    [InlineData("9003080000000040", "Forward incompatible custom field encountered", FindingKind.BadEditField)]
    [InlineData("0501076162636465666768", "compaction cursor", FindingKind.BadEditField)]
    public void A_field_that_RocksDB_refuses_is_reported_in_its_words(string hex, string? reason, FindingKind? kind)
    {
        VersionEdit edit = VersionEdit.Read(Convert.FromHexString(hex));
        Assert.Equal((reason, kind), (edit.Finding?.Reason, edit.Finding?.Kind));
    }

    [Theory]
    [InlineData(65, "04", "path_id wrong value")]
    [InlineData(65, "0000", "path_id field wrong size")]
    [InlineData(2, "", "need_compaction field wrong size")]
    [InlineData(3, "00", "deleted log number malformatted")]
    [InlineData(9, "", "temperature field wrong size")]
    [InlineData(12, "00", "invalid unique id")]
    [InlineData(13, "80", "invalid epoch number")]
    [InlineData(16, "", "user-defined timestamps persisted field wrong size")]
    [InlineData(66, "", "new-file4 custom field not supported")]
    public void A_custom_field_that_RocksDB_refuses_is_reported_in_its_words(uint tag, string hex, string reason)
    {
        byte[] file = New()
            .Numbers(103, 1, 200, 3000)
            .Key("a", 1)
            .Key("b", 2)
            .Numbers(4, 5)
            .Number(tag)
            .Bytes(Convert.FromHexString(hex))
            .Number(1)
            .Build();
        VersionEdit edit = VersionEdit.Read(file);
        Assert.Equal(
            (reason, 0, file.Length, "tag 103"),
            (edit.Finding?.Reason, edit.Finding!.Offset, edit.Finding.Bytes, edit.Finding.Detail));
        Assert.Empty(edit.NewFiles);
    }

    /// <summary>Reads arbitrary bytes and valid edits with changes. The reader never reads past the end of the record.</summary>
    [Fact]
    public void Arbitrary_bytes_never_throw()
    {
        byte[] all = [.. Fields.SelectMany(field => field.Field)];
        Gen<byte[]> mutated =
            from at in Gen.Choose(0, all.Length - 1)
            from value in Gen.Choose(0, 255)
            from start in Gen.Elements(Fields.Select((_, i) => Fields.Take(i).Sum(field => field.Field.Length)).ToArray())
            select all.Select((old, i) => i == at ? (byte)value : old).Skip(start).ToArray();
        Gen<byte[]> any = Gen.OneOf(mutated, Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf());
        Prop.ForAll(any.ToArbitrary(), record =>
        {
            VersionEdit edit = VersionEdit.Read(record);
            Assert.True(
                edit.Finding is not { } corruption || (corruption.Offset >= 0 && corruption.Offset + corruption.Bytes == record.Length));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    private static EditBuilder New() => new();

    private static byte[] NewFile4()
    {
        EditBuilder file = New().Numbers(103, 1, 200, 3000).Key("a", 1).Key("b", 2).Numbers(4, 5);
        file.Number(2).Bytes(1).Number(3).Bytes(0xF4, 1, 0, 0, 0, 0, 0, 0).NumberField(4, 6).NumberField(5, 7).NumberField(6, 8);
        file.Number(7).Bytes(3, 4).Number(8).Text("sum").Number(9).Bytes(4);
        file.Number(10).Bytes(5).Number(11).Bytes(6).Number(12).Bytes(new byte[16]);
        file.NumberField(13, 11).NumberField(14, 12).NumberField(15, 13).Number(16).Bytes(0).Number(17).Bytes(7).Number(65).Bytes(3);
        return file.Number(20).Bytes(1, 2).Number(1).Build();
    }

    private static string Text(CompactionCursor cursor) => $"{cursor.Level} {Text(cursor.Key)}";

    private static string Text(InternalKey key) => $"{Encoding.UTF8.GetString(key.UserKey.Span)} {key.Sequence} {key.ValueType}";

    private static string Described(VersionEdit edit)
    {
        NewTableFile file = edit.NewFiles.Single();
        string sequences = file.SmallestSequence is null ? "" : $"{file.SmallestSequence}-{file.LargestSequence}";
        return $"{file.Level} {file.Number} {file.Size} {Text(file.Smallest)} {Text(file.Largest)} {sequences} {file.PathId}";
    }

    private static string Blob(VersionEdit edit)
    {
        BlobFileAddition file = edit.BlobFileAdditions.Single();
        return $"{file.Number} {file.BlobCount} {file.BlobBytes} {file.ChecksumMethod} {Convert.ToHexString(file.Checksum.Span)}";
    }

    /// <summary>Returns the number of fields of the edit. A number that belongs to a table file does not count as a field.</summary>
    private static int FieldCountOf(VersionEdit edit) => typeof(VersionEdit).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.Name is not (nameof(VersionEdit.Offset) or nameof(VersionEdit.Finding)
            or nameof(VersionEdit.AddedColumnFamilyBytes)))
        .Where(property => property.Name != nameof(VersionEdit.MinLogNumberToKeep) || edit.NewFiles.Count == 0)
        .Count(property => property.GetValue(edit) switch
        {
            null or 0U => false,
            false => property.PropertyType == typeof(bool?),
            string => true,
            ICollection list => list.Count > 0,
            _ => true,
        });
}
