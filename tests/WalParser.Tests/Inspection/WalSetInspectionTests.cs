using WalParser.Findings;
using WalParser.Inspection;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.Inspection;

/// <summary>The verdict on whole sets. The tests of the command <c>verify</c> cover the judgement in detail.</summary>
public sealed class WalSetInspectionTests
{
    [Theory]
    [InlineData("kvrocks/types/db")]
    [InlineData("rocksdb/families")]
    public async Task A_database_that_a_server_wrote_is_clean(string name)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed(name));
        WalSetInspection inspection = await WalSetInspection.RunAsync(set);
        Assert.True(inspection.IsClean);
        Assert.Equal(set.Files, inspection.Logs.Select(log => log.File));
        Assert.All(inspection.Logs, log => Assert.Equal(log.Size, new FileInfo(log.File.Path!).Length));
    }

    [Fact]
    public async Task Damage_a_missing_log_and_an_unreadable_log_are_reported_where_they_belong()
    {
        using var database = new TempDatabase();
        database.WriteLog("000007.log", TempDatabase.Puts(1, 2), TempDatabase.Puts(3, 1));
        database.WriteLog("000008.log", TempDatabase.Puts(4, 1));
        database.WriteLog("000009.log", TempDatabase.Puts(5, 1));
        byte[] log = File.ReadAllBytes(database.PathOf("000007.log"));
        log[^1] ^= 1;
        database.Write("000007.log", log);
        WalSet set = await WalSet.OpenAsync(database.Path);
        database.Delete("000008.log");
        WalSetInspection inspection = await WalSetInspection.RunAsync(set);
        Assert.False(inspection.IsClean);
        Assert.Equal(["000007.log", "000009.log"], inspection.Logs.Select(log => log.File.Name));
        Finding damage = Assert.Single(inspection.Logs[0].Findings.Kept);
        Assert.Equal(FindingKind.ChecksumMismatch, damage.Kind);
        Assert.Equal((1L, 2L), (inspection.Logs[0].Records, inspection.Logs[0].Operations));
        Finding gap = Assert.Single(inspection.Logs[1].Findings.Kept);
        Assert.Equal((FindingKind.SequenceGap, 3UL, 4UL), (gap.Kind, gap.FirstSequence, gap.LastSequence));
        Assert.Equal("000008.log", Assert.Single(inspection.Failures).File);
    }
}
