using WalParser.Databases;
using WalParser.Framing;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>The files that salvage writes: their names, their permissions, and that they are on the disk.</summary>
public class OutputFileTests
{
    private static readonly byte[] Log = TempDatabase.LogOf([TempDatabase.Puts(1, 1), TempDatabase.Puts(2, 1)]);

    /// <summary>A log whose number is unknown keeps its name; what is no name for a log gets an ending.</summary>
    [Theory]
    [InlineData("crash.bin", "crash.bin")]
    [InlineData("000010.log.bak", "000010.log.bak")]
    [InlineData("wal.zst", "wal")]
    [InlineData("CURRENT", "CURRENT.log")]
    [InlineData("MANIFEST-000005", "MANIFEST-000005.log")]
    [InlineData("000010.log", "000010.log")]
    [InlineData("10.log.gz", "000010.log")]
    public async Task A_log_is_salvaged_under_its_name(string name, string expected)
    {
        using var folder = new TempDatabase();
        string path = folder.Write("in/" + name, Log);
        SalvageReport report = await LogSalvage.RunAsync(new WalSet([new WalFile(path)]), folder.PathOf("out"));
        Assert.Equal((null, folder.PathOf("out/" + expected)), (report.Logs[0].Failure, report.Logs[0].OutputPath));
        Assert.Equal(2, (await TempDatabase.RecordsOfAsync(report.Logs[0].OutputPath!)).Count);
    }

    /// <summary>The name that a caller chooses does not lead out of the folder.</summary>
    [Theory]
    [InlineData("../above", "above")]
    [InlineData("-", "standard-input.log")]
    [InlineData("..", "...log")]
    public async Task A_name_stays_in_the_folder(string name, string expected)
    {
        using var folder = new TempDatabase();
        var file = new WalFile(name, null, options => WalReader.Create(new MemoryStream(Log), options));
        SalvageReport report = await LogSalvage.RunAsync(new WalSet([file]), folder.PathOf("out"));
        Assert.Equal(folder.PathOf("out/" + expected), report.Logs[0].OutputPath);
    }

    [SkippableTheory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.SetGroup)]
    public async Task A_log_has_the_permissions_of_its_source(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new SkipException("Windows has no such permissions.");
        }

        using var folder = new TempDatabase();
        string path = folder.WriteLog("000010.log", TempDatabase.Puts(2, 1), TempDatabase.Puts(1, 1));
        File.SetUnixFileMode(path, mode);
        SalvagedLog log = (await LogSalvage.RunAsync(await WalSet.OpenAsync(path), folder.PathOf("out"))).Logs[0];
        foreach (string written in (string[])[log.OutputPath!, log.LeftOutPath!])
        {
            Assert.Equal(mode & ~UnixFileMode.SetGroup, File.GetUnixFileMode(written));
        }
    }

    /// <summary>A log is on the disk before it has its name.</summary>
    [Fact]
    public async Task A_log_is_flushed_to_the_disk_before_it_gets_its_name()
    {
        using var folder = new TempDatabase();
        string path = folder.Write("000010.log", Log);
        List<(string Path, bool HasName, long Length)> flushed = [];
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(path), folder.PathOf("out"), created => new Watched(created, flushed));
        Assert.Equal([(report.Logs[0].OutputPath! + ".unfinished", false, (long)Log.Length)], flushed);
        Assert.True(File.Exists(report.Logs[0].OutputPath));
    }

    /// <summary>A file that notes when it is flushed to the disk.</summary>
    private sealed class Watched(string path, List<(string Path, bool HasName, long Length)> flushed)
        : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0)
    {
        public override void Flush(bool flushToDisk)
        {
            base.Flush(flushToDisk);
            if (flushToDisk)
            {
                flushed.Add((Name, File.Exists(Name[..^".unfinished".Length]), Length));
            }
        }
    }
}
