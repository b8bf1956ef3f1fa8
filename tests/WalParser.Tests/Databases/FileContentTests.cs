using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using WalParser.Databases;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;

namespace WalParser.Tests.Databases;

/// <summary>Files are recognized by their content and by their names, and a WAL is always a WAL.</summary>
public class FileContentTests
{
    private const string Log = "kvrocks/types/db/000010.log";

    public static TheoryData<string> Logs =>
        [.. Directory.EnumerateFiles(TestFiles.Committed(""), "*.log", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(TestFiles.Committed(""), path))
            .Order(StringComparer.Ordinal)];

    private static Task<FileContent> OfAsync(string name, byte[] content) => FileContent.RecognizeAsync(
        name,
        content[..Math.Min(content.Length, FileContent.SampleSize)],
        content[Math.Max(0, content.Length - FileContent.SampleSize)..],
        CancellationToken.None);

    [Theory]
    [InlineData("reports/wd2/MANIFEST-000005", FileFormat.Manifest)]
    [InlineData("kvrocks/types/db/MANIFEST-000011", FileFormat.Manifest)]
    [InlineData("hostile/longname/MANIFEST-000003", FileFormat.Manifest)]
    [InlineData("kvrocks/types/db/CURRENT", FileFormat.Current)]
    [InlineData("recovery/03-reversed-delete-range/db/IDENTITY", FileFormat.Identity)]
    [InlineData("reports/wd2/OPTIONS-000009", FileFormat.Options)]
    [InlineData("reports/ingest/000008.sst", FileFormat.TableFile)]
    [InlineData("hostile/blobbomb/000010.blob", FileFormat.BlobFile)]
    public async Task A_file_of_RocksDB_is_recognized_under_any_name(string path, FileFormat expected)
    {
        FileContent content = await FileContent.RecognizeAsync(TestFiles.Committed(path));
        Assert.Equal(expected, content.Format);
        byte[] bytes = await File.ReadAllBytesAsync(TestFiles.Committed(path));
        Assert.Equal(expected, (await OfAsync("copy", bytes)).Format);
        Assert.Equal(expected, (await OfAsync("000010.log", bytes)).Format);
        if (expected is FileFormat.Manifest or FileFormat.BlobFile)
        {
            Assert.Equal("a gzip copy of " + content.Description, (await OfAsync("copy.gz", Gzip(bytes))).Description);
        }
    }

    [Theory]
    [InlineData("LOCK", FileFormat.Lock)]
    [InlineData("000011.sst", FileFormat.TableFile)]
    [InlineData("000011.blob", FileFormat.BlobFile)]
    [InlineData("MANIFEST-000004", FileFormat.Manifest)]
    [InlineData("000011.log", FileFormat.Wal)]
    [InlineData("copy", FileFormat.Wal)]
    public async Task An_empty_file_is_what_its_name_says(string name, FileFormat expected) =>
        Assert.Equal(expected, (await OfAsync(name, [])).Format);

    [Fact]
    public async Task A_file_of_another_program_is_recognized()
    {
        using var folder = new TempFolder();
        folder.Write("in/000010.log", await File.ReadAllBytesAsync(TestFiles.Committed(Log)));
        var tar = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(folder.PathOf("in"), tar, includeBaseDirectory: false);
        var zip = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(folder.PathOf("in"), zip);
        (byte[] Content, string Expected)[] files =
        [
            (tar.ToArray(), "a tar archive"),
            (Gzip(tar.ToArray()), "a gzip copy of a tar archive"),
            (Gzip(Gzip(tar.ToArray())), "a gzip copy of a compressed file"),
            (zip.ToArray(), "a zip archive"),
            ([.. "SQLite format 3\0"u8, .. new byte[5000]], "a SQLite database"),
            ([.. "REDIS0011\xFA\x09redis-ver"u8, .. new byte[100]], "a snapshot of Redis (RDB)"),
            ([.. "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n"u8, 0, 255], "commands of Redis (AOF)"),
            ([0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, .. new byte[100]], "a capture of network packets (pcap)"),
            ("Dear diary,\n"u8.ToArray(), "a text file"),
            ([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Dear diary,\n")], "a text file (UTF-16)"),
            (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Grüße, 世界\n", 10_000))), "a text file"),
            (
                "2026/11/27-14:00:00.123456 7f00aabb RocksDB version: 11.12.0\n"u8.ToArray(),
                "LOG, in which RocksDB reports what it does"),
        ];
        foreach ((byte[] bytes, string expected) in files)
        {
            foreach (string name in new[] { "copy", "000010.log" })
            {
                FileContent content = await OfAsync(name, bytes);
                Assert.Equal(expected, content.Description);
                Assert.NotEqual(FileFormat.Wal, content.Format);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task A_log_is_a_log_whatever_is_wrong_with_it_and_whatever_its_name(string path)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(path));
        var random = new Random(1);
        byte[] noise = new byte[log.Length];
        random.NextBytes(noise);
        byte[][] variants =
        [
            log,
            [.. noise.AsSpan(0, Math.Min(1, log.Length)), .. log.AsSpan(Math.Min(1, log.Length))],
            [.. noise.AsSpan(0, log.Length / 2), .. log.AsSpan(log.Length / 2)],
            noise,
            new byte[log.Length],
            log[..(log.Length / 2)],
            [.. new byte[Math.Min(log.Length, 4096)], .. log.AsSpan(Math.Min(log.Length, 4096))],
            [.. Gzip(log)],
            Gzip(log)[..Math.Min(20, Gzip(log).Length)],
            [.. Gzip(new byte[100])],
            Gzip([]),
        ];
        foreach (byte[] variant in variants)
        {
            Assert.Equal(FileFormat.Wal, (await OfAsync("000010.log", variant)).Format);
            Assert.Equal(FileFormat.Wal, (await OfAsync("copy", variant)).Format);
        }

        if (path.StartsWith("kvrocks", StringComparison.Ordinal) && log.Length > 0)
        {
            FileContent renamed = await OfAsync("MANIFEST-000010", log);
            Assert.Equal((FileFormat.Wal, true, null), (renamed.Format, renamed.IsCertain, renamed.Conversion));
        }
    }

    [Fact]
    public async Task A_log_that_was_converted_as_text_is_recognized()
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(Log));
        byte[] lines = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(log).Replace("\n", "\r\n", StringComparison.Ordinal));
        byte[] replaced = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(log));
        byte[] widened = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(log));
        foreach ((byte[] bytes, string conversion) in new[]
        {
            (lines, "each line feed became CR LF"),
            (replaced, "bytes that are not UTF-8 were replaced with EF BF BD"),
            (widened, "its bytes became characters in UTF-8"),
        })
        {
            FileContent content = await OfAsync("000010.log", bytes);

            // A part of it may still be readable.
            Assert.Equal(
                content.Format == FileFormat.Wal ? conversion : "a file that was converted as text: " + conversion,
                content.Format == FileFormat.Wal ? content.Conversion : content.Description);
            Assert.True(content.Format is FileFormat.Wal or FileFormat.ConvertedText);
        }

    }

    /// <summary>Short fragments whose bytes happen to be UTF-8 remain intact, so the rest of such a log is readable.</summary>
    [Fact]
    public async Task Every_log_whose_bytes_were_replaced_is_recognized()
    {
        List<FileFormat> formats = [];
        foreach (string path in Directory.EnumerateFiles(TestFiles.Committed("rocksdb"), "*.log", SearchOption.AllDirectories))
        {
            string text = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(path));
            if (text.Count(c => c == '\uFFFD') > 10)
            {
                FileContent content = await OfAsync("000010.log", Encoding.UTF8.GetBytes(text));
                formats.Add(content.Format);
                Assert.Contains(
                    "bytes that are not UTF-8 were replaced", content.Conversion ?? content.Description, StringComparison.Ordinal);
            }
        }

        Assert.Equal([FileFormat.Wal, FileFormat.ConvertedText], formats.Distinct().Order());
    }

    /// <summary>Each byte can begin what looks like a long fragment.</summary>
    [Fact]
    public async Task Bytes_that_look_like_many_fragments_take_a_limited_time()
    {
        byte[] bytes = new byte[FileContent.SampleSize];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = 0x7F;
            bytes[i + 1] = 1;
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(FileFormat.Wal, (await OfAsync("000010.sst", bytes)).Format);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
    }

    [SkippableFact]
    public async Task What_is_no_regular_file_is_not_opened()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Pipes are distinguished from files only on Linux.");
        using var folder = new TempFolder();
        string pipe = folder.PathOf("pipe");
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", pipe)).ExitCode);
        Assert.Equal("a named pipe", (await FileContent.RecognizeAsync(pipe)).Description);
        Assert.Equal("a folder", (await FileContent.RecognizeAsync(folder.Path)).Description);
        Assert.Equal("a device", (await FileContent.RecognizeAsync("/dev/null")).Description);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }
}
