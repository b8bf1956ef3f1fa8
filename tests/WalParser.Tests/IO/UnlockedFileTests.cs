using WalParser.Blobs;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Manifests;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.IO;

/// <summary>
/// Files are read without a lock. .NET implements <see cref="FileShare"/> on Linux with <c>flock</c>, so that the tests can take and look
/// for locks with it: <see cref="FileShare.None"/> takes an exclusive lock, or fails if there is any other.
/// </summary>
public sealed class UnlockedFileTests
{
    /// <summary>A server may hold an exclusive lock on each of its files.</summary>
    [Fact]
    public async Task Files_are_read_while_another_holds_an_exclusive_lock_on_them()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("rocksdb/blob-none"));
        List<FileStream> locks = [];
        try
        {
            foreach (string path in Directory.EnumerateFiles(database.Path))
            {
                locks.Add(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None));
                Assert.Throws<IOException>(() => File.OpenHandle(path));
            }

            WalSet set = await WalSet.OpenAsync(database.Path);
            Assert.NotNull(set.Folder!.Manifest);
            Assert.NotNull(set.Folder.Options);
            Assert.Empty(set.Folder.Findings);
            await using WalSetReader reader = set.OpenReader();
            int records = 0;
            while (await reader.ReadAsync())
            {
                Assert.NotEqual(WalSetEntryKind.DatabaseFinding, reader.Kind);
                records += reader.Kind == WalSetEntryKind.Record ? 1 : 0;
            }

            Assert.True(records > 0);
            await using ManifestReader manifest = ManifestReader.Open(set.Folder.ManifestPath!);
            Assert.True(await manifest.ReadAsync());
            Assert.NotNull(BlobFile.Open(database.PathOf("000008.blob"), 8, out _, out _));
            await foreach (WalSetEntry entry in set.FollowAsync())
            {
                Assert.Equal(WalSetEntryKind.FileStart, entry.Kind);
                break;
            }
        }
        finally
        {
            locks.ForEach(file => file.Dispose());
        }
    }

    [Fact]
    public async Task Another_can_lock_a_file_while_it_is_read()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("rocksdb/blob-none"));
        string path = database.PathOf("000004.log");
        await using WalReader reader = WalReader.Open(path);
        using var tailing = new TailingLog(path, FragmentProbe.Instance, (_, _) => default);
        Assert.True(await reader.ReadAsync());
        using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(await reader.ReadAsync());
    }

    [Fact]
    public void A_path_that_cannot_be_opened_throws_as_in_NET()
    {
        using var folder = new TempFolder();
        Assert.Throws<FileNotFoundException>(() => UnlockedFile.Open(folder.PathOf("none")));
        Assert.Throws<DirectoryNotFoundException>(() => UnlockedFile.OpenStream(folder.PathOf("none/none")));
        Assert.Throws<UnauthorizedAccessException>(() => UnlockedFile.Open(folder.Path));
        Assert.Throws<UnauthorizedAccessException>(() => UnlockedFile.OpenStream(folder.Path, FileOptions.SequentialScan));
        Assert.Throws<ArgumentException>(() => UnlockedFile.Open(""));
        Assert.Throws<ArgumentException>(() => UnlockedFile.Open("a\0b"));
    }

    [Theory]
    [InlineData(FileOptions.None)]
    [InlineData(FileOptions.RandomAccess)]
    [InlineData(FileOptions.SequentialScan)]
    public void A_file_with_any_name_is_read(FileOptions options)
    {
        using var folder = new TempFolder();
        string path = folder.Write("\u00e4\u6f22 \ud83d\ude00.log", [1, 2, 3]);
        byte[] bytes = new byte[4];
        using FileStream stream = UnlockedFile.OpenStream(path, options);
        Assert.Equal((3, true, false, 3L), (stream.Read(bytes), stream.CanSeek, stream.CanWrite, stream.Length));
        Assert.Equal([1, 2, 3, 0], bytes);
    }

    /// <summary>
    /// Any other way to open a file for reading takes a lock, except in the tool, which switches locks off for its process.
    /// </summary>
    [Fact]
    public void No_other_code_opens_files_for_reading()
    {
        string[] ways = ["FileAccess.Read,", "FileAccess.Read)", "File.OpenRead", "File.ReadAll", "File.ReadLines", "File.OpenText"];
        string tool = Path.Combine(TestFiles.Repository, "src", "WalParser.Tool");
        Assert.Contains(
            """<RuntimeHostConfigurationOption Include="System.IO.DisableFileLocking" Value="true" />""",
            File.ReadAllText(Path.Combine(tool, "WalParser.Tool.csproj")));
        IEnumerable<string> sources = Directory.EnumerateFiles(
            Path.Combine(TestFiles.Repository, "src"), "*.cs", SearchOption.AllDirectories);
        string[] others =
        [
            .. from path in sources
               where Path.GetFileName(path) is not "UnlockedFile.cs"
               where !path.StartsWith(tool + Path.DirectorySeparatorChar, StringComparison.Ordinal)
               where !path.Contains("/obj/", StringComparison.Ordinal)
               let text = File.ReadAllText(path)
               where Array.Exists(ways, way => text.Contains(way, StringComparison.Ordinal))
               select Path.GetFileName(path),
        ];
        Assert.Empty(others);
    }
}
