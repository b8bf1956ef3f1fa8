using System.Text.Json;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Checksums;
using WalParser.TestSupport.Files;
using WalParser.WideColumns;

namespace WalParser.Tests.Blobs;

/// <summary>Databases that RocksDB wrote with blob files: the value of every live key equals the value that RocksDB itself read.</summary>
public class ScenarioTests
{
    /// <summary>The folders that contain blob files.</summary>
    public static TheoryData<string> FoldersWithValues => FoldersOf("values.jsonl");

    public static TheoryData<string> FoldersWithBlobs => FoldersOf("*.blob");

    private static TheoryData<string> FoldersOf(string fileName) =>
        [.. TestFiles.Named(fileName).Select(file => Path.GetDirectoryName(file)!).Distinct()];

    [Theory]
    [MemberData(nameof(FoldersWithValues))]
    public async Task Every_live_key_has_the_value_that_RocksDB_read(string folder)
    {
        string values = Path.Combine(TestFiles.PathOf(folder), "values.jsonl");
        SortedDictionary<string, string> resolved = new(StringComparer.Ordinal);
        using var resolver = new BlobResolver(TestFiles.PathOf(folder));
        foreach ((string key, LiveKeys.Live live) in await LiveKeys.OfAsync(TestFiles.PathOf(folder)))
        {
            resolved.Add(key, Columns(resolver, live));
        }

        Assert.Equal(Expected(values), resolved);
    }

    /// <summary>
    /// In blob-none, four values were overwritten in the memory of the writer after their checksums were computed, so RocksDB could not
    /// read them. Exactly these four are refused.
    /// </summary>
    [Theory]
    [MemberData(nameof(FoldersWithBlobs))]
    public async Task Exactly_the_values_with_a_wrong_checksum_are_refused(string folder)
    {
        string path = TestFiles.PathOf(folder);
        Dictionary<(ulong File, ulong Offset), bool> records = [];
        foreach (string file in Directory.EnumerateFiles(path, "*.blob"))
        {
            Assert.True(BlobFileName.TryGetFileNumber(file, out ulong number));
            foreach ((ulong offset, bool isGood) in Walk(File.ReadAllBytes(file)))
            {
                records.Add((number, offset), isGood);
            }
        }

        int blobs = 0;
        using var resolver = new BlobResolver(path);
        foreach (LiveKeys.Live live in (await LiveKeys.OfAsync(path)).Values)
        {
            foreach (byte[] bytes in BlobIndexes(live))
            {
                Assert.True(BlobIndex.TryRead(bytes, out BlobIndex index));
                BlobResult result = resolver.Resolve(index, live.Key);
                bool isGood = records[(index.FileNumber, index.Offset)];
                Assert.Equal(isGood ? BlobOutcome.Resolved : BlobOutcome.BlobChecksumMismatch, result.Outcome);
                blobs++;
            }
        }

        Assert.True(blobs > 0, $"Only {blobs} values were in blob files.");
    }

    /// <summary>
    /// Returns, for each record of a blob file, the place of the value and whether the checksum of key and value is right.
    /// </summary>
    private static IEnumerable<(ulong Offset, bool IsGood)> Walk(byte[] file)
    {
        int at = 30;
        while (at < file.Length)
        {
            if (file.Length - at == 32 && BitConverter.ToUInt32(file, at) == 2395959)
            {
                yield break;
            }

            int keySize = (int)BitConverter.ToUInt64(file, at);
            int valueSize = (int)BitConverter.ToUInt64(file, at + 8);
            uint crc = ~Crc32CPortable.Update(~0u, file.AsSpan(at + 32, keySize + valueSize));
            yield return ((ulong)(at + 32 + keySize), Crc32C.Mask(crc) == BitConverter.ToUInt32(file, at + 28));
            at += 32 + keySize + valueSize;
        }

        Assert.Equal(file.Length, at);
    }

    private static List<byte[]> BlobIndexes(LiveKeys.Live live)
    {
        List<byte[]> indexes = [];
        if (live.Type == OperationType.PutBlobIndex)
        {
            indexes.Add(live.Value);
        }
        else if (live.Type == OperationType.PutEntity)
        {
            Assert.True(WideColumnEntity.TryRead(live.Value, out WideColumnEntity entity, out string? reason), reason);
            foreach (WideColumn column in entity)
            {
                if (column.IsBlobIndex)
                {
                    indexes.Add(column.Value.ToArray());
                }
            }
        }

        return indexes;
    }

    private static SortedDictionary<string, string> Expected(string path)
    {
        SortedDictionary<string, string> expected = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path))
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            expected.Add(
                entry.GetProperty("key").GetString()!,
                string.Concat(entry.GetProperty("columns").EnumerateArray().Select(column =>
                    $"{column.GetProperty("name")}:{column.GetProperty("size")}:{column.GetProperty("crc32c")} ")));
        }

        return expected;
    }

    private static string Columns(BlobResolver resolver, LiveKeys.Live live)
    {
        if (live.Type == OperationType.PutBlobIndex)
        {
            return Column("", resolver.Resolve(live.Value, live.Key));
        }

        if (live.Type != OperationType.PutEntity)
        {
            return Column("", live.Value);
        }

        Assert.True(WideColumnEntity.TryRead(live.Value, out WideColumnEntity entity, out string? reason), reason);
        Assert.Equal(entity.HasBlobIndexes ? 2 : 1, entity.Version);
        string text = "";
        int count = 0;
        foreach (WideColumn column in entity)
        {
            count++;
            text += Column(Convert.ToHexStringLower(column.Name), column.Resolve(resolver, live.Key));
        }

        Assert.Equal(entity.Count, count);
        return text;
    }

    private static string Column(string name, BlobResult result) =>
        result.IsResolved ? Column(name, result.Value) : $"{name}:{result.Outcome}:{result.Reason} ";

    private static string Column(string name, ReadOnlySpan<byte> value) => $"{name}:{value.Length}:{Crc32C.Compute(value):x8} ";
}
