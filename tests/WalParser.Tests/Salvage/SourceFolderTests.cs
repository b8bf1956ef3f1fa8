using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>Nothing is written where a later read of the source would find it in place of the source.</summary>
public class SourceFolderTests
{
    private static readonly byte[] Log = TempDatabase.LogOf([TempDatabase.Puts(1, 1)]);

    /// <summary>
    /// The folder of a Kvrocks server, whose logs lie in <c>db</c>, is not written into, whichever part of it was given; nor is anything
    /// inside the folder that was given. (.NET takes <c>..</c> in a path for the folder above the link, and not above its target.)
    /// </summary>
    [SkippableTheory]
    [InlineData("kv", "kv", true)]
    [InlineData("kv", "kv/archive", true)]
    [InlineData("kv", "kv/salvaged", true)]
    [InlineData("kv", "kv/db/salvaged", true)]
    [InlineData("kv", "link", true)]
    [InlineData("kv", "link/db/../salvaged", true)]
    [InlineData("kv", "other/to-db/..", true)]
    [InlineData("kv/db", "kv", true)]
    [InlineData("kv/db", "kv/archive", true)]
    [InlineData("kv/db", "link", true)]
    [InlineData("kv/db", "kv/salvaged", false)]
    [InlineData("kv/db/000010.log", "kv", true)]
    [InlineData("kv/db/000010.log", "kv/db/archive", true)]
    [InlineData("kv/db/000010.log", "link/archive", true)]
    [InlineData("kv/db/000010.log", "kv/db/salvaged", false)]
    [InlineData("link", "kv", true)]
    [InlineData("other/to-db", "kv/db", true)]
    [InlineData("other/to-db", "kv", true)]
    [InlineData("other/db", "other", true)]
    [InlineData("other/db", "kv", true)]
    [InlineData("other/to-log.log", "kv/db", true)]
    [InlineData("kv", "chain", true)]
    [InlineData("kv", "KV", false)]
    public async Task The_output_is_not_found_in_place_of_the_source(string given, string output, bool isRefused)
    {
        Skip.If(!OperatingSystem.IsLinux() && output == "KV", "Other systems do not distinguish the case.");
        using var folder = new TempDatabase();
        folder.Write("kv/db/000010.log", Log);
        Directory.CreateDirectory(folder.PathOf("other"));
        Directory.CreateSymbolicLink(folder.PathOf("link"), folder.PathOf("kv"));
        Directory.CreateSymbolicLink(folder.PathOf("other/to-db"), "../link/db");
        Directory.CreateSymbolicLink(folder.PathOf("other/db"), folder.PathOf("kv/db"));
        File.CreateSymbolicLink(folder.PathOf("other/to-log.log"), folder.PathOf("link/db/000010.log"));

        // Relative to the folder to which "to-db" leads, "..", leads to "kv".
        Directory.CreateSymbolicLink(folder.PathOf("chain"), "other/to-db/../../link");
        WalSet set = await WalSet.OpenAsync(folder.PathOf(given));
        Assert.Single(set.Files);
        if (isRefused)
        {
            IOException e = await Assert.ThrowsAsync<IOException>(() => LogSalvage.RunAsync(set, folder.PathOf(output)));
            Assert.Contains("; choose ", e.Message);
            Assert.Equal(
                [folder.PathOf("kv/db/000010.log")],
                Directory.EnumerateFiles(folder.PathOf("kv"), "*", SearchOption.AllDirectories));
        }
        else
        {
            Assert.False((await LogSalvage.RunAsync(set, folder.PathOf(output))).HasFailures);
            Assert.Equal(set.Files[0].Path, (await WalSet.OpenAsync(folder.PathOf(given))).Files[0].Path);
        }
    }

    /// <summary>The folder of any other Kvrocks server is not written into, either.</summary>
    [Theory]
    [InlineData("other", true)]
    [InlineData("other/archive", true)]
    [InlineData("other/x", false)]
    public async Task Another_database_stays_readable(string output, bool isRefused)
    {
        using var folder = new TempDatabase();
        folder.Write("other/db/000012.log", Log);
        WalSet set = await WalSet.OpenAsync(folder.Write("logs/000010.log", Log));
        Task<SalvageReport> run = LogSalvage.RunAsync(set, folder.PathOf(output));
        if (isRefused)
        {
            await Assert.ThrowsAsync<IOException>(() => run);
        }
        else
        {
            Assert.False((await run).HasFailures);
        }
    }
}
