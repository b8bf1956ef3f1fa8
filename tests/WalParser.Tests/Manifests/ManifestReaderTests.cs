using FsCheck;
using FsCheck.Fluent;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Manifests;

/// <summary>MANIFEST files of all fixtures, as they are and damaged.</summary>
public class ManifestReaderTests
{
    private static readonly string[] Mutable = ["rocksdb/tracked", "rocksdb/blob-lz4", "rocksdb/families", "kvrocks/rotated/db"];

    public static TheoryData<string> Manifests => [.. TestFiles.Named("MANIFEST-*")];

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task A_recorded_MANIFEST_is_read_without_a_finding(string manifest)
    {
        string path = TestFiles.PathOf(manifest);
        ManifestState state = await ManifestState.ReadAsync(path);
        Assert.Empty(state.Findings);
        Assert.True(state.EditCount > 2);
        Assert.All(state.ColumnFamilies, family => Assert.False(string.IsNullOrEmpty(family.Comparator)));
        long edits = 0;
        await foreach (VersionEdit edit in EditsOf(path))
        {
            edits++;
            Assert.Empty(edit.Ignored);
            Assert.All(edit.NewFiles, file => Assert.Empty(file.Ignored));
        }

        Assert.Equal(edits, state.EditCount);
    }

    /// <summary>
    /// The MANIFEST of a folder contains the column families of the operations that RocksDB read from the WALs of the folder.
    /// </summary>
    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task The_column_families_of_the_WALs_are_known(string manifest)
    {
        string folder = Path.GetDirectoryName(TestFiles.PathOf(manifest))!;
        string[] candidates = [Path.Combine(folder, "operations.jsonl"), Path.Combine(folder, "../operations.jsonl")];
        string operations = candidates.First(File.Exists);
        ManifestState state = await ManifestState.ReadAsync(TestFiles.PathOf(manifest));
        uint[] used =
        [
            .. File.ReadLines(operations).Select(line => System.Text.RegularExpressions.Regex.Match(line, "\"cf\":([0-9]+)"))
                .Where(match => match.Success)
                .Select(match => uint.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))
                .Distinct(),
        ];
        Assert.All(used, id => Assert.True(state.TryGetColumnFamily(id, out _), $"column family {id}"));
    }

    [Fact]
    public async Task Reading_continues_after_damage()
    {
        var file = new MemoryStream();
        LogBuilder log = new LogBuilder(file).Record(new EditBuilder().Numbers(2, 4).Build()).Record(new byte[40_000]);
        log.Record(new EditBuilder().Numbers(3, 10).Build());
        byte[] bytes = file.ToArray();
        bytes[20] ^= 1;
        await using ManifestReader reader = ManifestReader.Create(new MemoryStream(bytes));
        Assert.Throws<InvalidOperationException>(() => reader.Edit);
        Assert.True(await reader.ReadAsync());
        Assert.Equal((ManifestEntryKind.Edit, 0L, 4UL), (reader.Kind, reader.Offset, reader.Edit.LogNumber));
        Assert.True(await reader.ReadAsync());
        Assert.Equal((ManifestEntryKind.Finding, FindingKind.ChecksumMismatch), (reader.Kind, reader.Finding.Kind));
        Assert.Equal(reader.Finding.Offset, reader.Offset);
        Assert.True(await reader.ReadAsync());
        Assert.Equal(FindingKind.MissingStartAtLast, reader.Finding.Kind);
        Assert.True(await reader.ReadAsync());
        Assert.Equal(10UL, reader.Edit.NextFileNumber);
        Assert.False(await reader.ReadAsync());
        Assert.Equal(WalEndReason.EndOfFile, reader.End!.Value.Reason);
        Assert.Equal(bytes.Length, reader.Offset);
    }

    [Fact]
    public async Task A_torn_end_is_not_damage()
    {
        byte[] whole = await File.ReadAllBytesAsync(TestFiles.Committed("rocksdb/families/MANIFEST-000005"));
        for (int length = 0; length < whole.Length; length++)
        {
            await using ManifestReader reader = ManifestReader.Create(new MemoryStream(whole, 0, length));
            long position = 0;
            while (await reader.ReadAsync())
            {
                Assert.Equal(ManifestEntryKind.Edit, reader.Kind);
                Assert.Null(reader.Edit.Finding);
                position = reader.Position;
            }

            Assert.True(position <= length && reader.End!.Value.Offset <= length);
        }
    }

    [Fact]
    public async Task An_edit_that_is_too_large_is_reported_and_skipped()
    {
        var file = new MemoryStream();
        new LogBuilder(file).Record(new byte[100_000]).Record(new EditBuilder().Numbers(3, 10).Build());
        await using ManifestReader reader = ManifestReader.Create(new MemoryStream(file.ToArray()), maxEditSize: 50_000);
        Assert.True(await reader.ReadAsync());
        Assert.Equal(FindingKind.RecordTooLarge, reader.Finding.Kind);
        Assert.True(await reader.ReadAsync());
        Assert.Equal(10UL, reader.Edit.NextFileNumber);
    }

    /// <summary>
    /// Changes records of recorded MANIFESTs and gives them valid checksums, so that the changes reach the edits. Nothing throws, every
    /// record is an edit, and problems are counted.
    /// </summary>
    [Fact]
    public void Mutated_edits_never_throw()
    {
        byte[][][] manifests = [.. Mutable.Select(RecordsOf)];
        Gen<byte[][]> mutated =
            from records in Gen.Elements(manifests)
            from changes in (from record in Gen.Choose(0, records.Length - 1)
                             from at in Gen.Choose(0, 200)
                             from value in Gen.Choose(0, 255)
                             select (record, at, value)).ArrayOf().Resize(6)
            select Change(records, changes);
        Prop.ForAll(mutated.ToArbitrary(), records =>
        {
            var file = new MemoryStream();
            var log = new LogBuilder(file);
            Array.ForEach(records, record => log.Record(record));
            (ManifestState state, int edits) = Read(file.ToArray());
            Assert.Equal(records.Length, edits);
            Assert.True(state.EditCount + state.FindingCount + state.PendingEditCount > 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    /// <summary>Changes the files themselves.</summary>
    [Fact]
    public void Mutated_files_never_throw()
    {
        byte[] whole = File.ReadAllBytes(TestFiles.Committed("rocksdb/tracked/MANIFEST-000005"));
        Gen<byte[]> mutated =
            from at in Gen.Choose(0, whole.Length - 1)
            from value in Gen.Choose(0, 255)
            from length in Gen.Choose(at, whole.Length)
            select whole.Select((old, i) => i == at ? (byte)value : old).Take(length).ToArray();
        Prop.ForAll(mutated.ToArbitrary(), bytes => Read(bytes).State.EditCount >= 0).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static byte[][] Change(byte[][] records, (int Record, int At, int Value)[] changes)
    {
        byte[][] changed = [.. records.Select(record => record.ToArray())];
        foreach ((int record, int at, int value) in changes.Where(change => changed[change.Record].Length > 0))
        {
            changed[record][at % changed[record].Length] = (byte)value;
        }

        return changed;
    }

    private static (ManifestState State, int Edits) Read(byte[] bytes)
    {
        var state = new ManifestState();
        int edits = 0;
        ManifestReader reader = ManifestReader.Create(new MemoryStream(bytes));
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (reader.Kind == ManifestEntryKind.Edit)
            {
                edits++;
                state.Apply(reader.Edit);
            }
            else
            {
                state.Apply(reader.Finding);
            }
        }

        state.Complete(reader.Offset);
        Assert.All(
            state.ColumnFamilies, family => Assert.True(family.Levels.Count <= family.TableFiles.Count && family.BlobFiles.Count >= 0));
        return (state, edits);
    }

    private static byte[][] RecordsOf(string folder)
    {
        using WalReader reader = WalReader.Open(Directory.GetFiles(TestFiles.Committed(folder), "MANIFEST-*").Single());
        List<byte[]> records = [];
        while (reader.TryRead())
        {
            records.Add(reader.Record.Payload.ToArray());
        }

        return [.. records];
    }

    private static async IAsyncEnumerable<VersionEdit> EditsOf(string path)
    {
        await using ManifestReader reader = ManifestReader.Open(path);
        while (await reader.ReadAsync())
        {
            yield return reader.Edit;
        }
    }
}
