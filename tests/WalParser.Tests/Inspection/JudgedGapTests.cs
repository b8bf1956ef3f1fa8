using System.Text;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Manifests;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Inspection;

/// <summary>What it means that sequence numbers are missing, and what the judge says about bytes that readers pass over.</summary>
public sealed class JudgedGapTests
{
    /// <summary>A fragment that is to be ignored lies where the number is missing: it can have been the record.</summary>
    [Theory]
    [InlineData("14-type-132", FindingKind.CollidingRecordType, FindingSeverity.Loss)]
    [InlineData("14-type-138", FindingKind.IgnoredRecordType, FindingSeverity.Note)]
    public async Task A_gap_around_a_fragment_that_is_passed_over_is_a_loss(string name, FindingKind kind, FindingSeverity severity)
    {
        List<Finding> findings = await FindingsOfAsync(TestFiles.Committed($"recovery/{name}/db"));
        Assert.Equal([kind, FindingKind.SequenceGap], findings.Select(finding => finding.Kind));
        Assert.Equal(severity, findings[0].Severity);
        Assert.True(findings[0].IsBeyondRocksDb);
        Assert.Equal(2UL, findings[1].FirstSequence);
    }

    [Fact]
    public async Task A_gap_around_a_record_that_a_control_record_interrupts_is_a_loss()
    {
        using var database = new TempDatabase();
        var output = new MemoryStream();
        new LogBuilder(output)
            .Record(TempDatabase.Puts(1, 1))
            .Fragment(FragmentType.First, TempDatabase.Puts(2, 1))
            .Fragment(FragmentType.PredecessorWalInfo, new byte[24])
            .Record(TempDatabase.Puts(3, 1));
        database.Write("000010.log", output.ToArray());
        Assert.Equal(
            [FindingKind.InterruptedRecord, FindingKind.SequenceGap],
            (await FindingsOfAsync(database.Path)).Select(finding => finding.Kind));
    }

    [Fact]
    public async Task Numbers_that_come_after_greater_ones_are_out_of_order_and_no_repetition()
    {
        using var database = new TempDatabase();
        database.WriteLog(
            "000010.log", TempDatabase.Puts(1, 1), TempDatabase.Puts(4, 1), TempDatabase.Puts(2, 1), TempDatabase.Puts(1, 1),
            TempDatabase.Puts(3, 5));
        List<Finding> findings = await FindingsOfAsync(database.Path);
        Assert.Equal(
            [
                (FindingKind.UnloggedSequences, FindingSeverity.Note),
                (FindingKind.SequenceOutOfOrder, FindingSeverity.Refusal),
                (FindingKind.SequenceDuplicate, FindingSeverity.Refusal),
                (FindingKind.SequenceReturn, FindingSeverity.Note),
            ],
            findings.Select(finding => (finding.Kind, finding.Severity)));
        Assert.Equal(
            "out of order: expected sequence number 5, found 2, with numbers that are missing before greater ones", findings[1].Reason);
        Assert.StartsWith("sequence numbers 2 to 3 were not in this log up to here, where no byte is missing", findings[0].Reason, StringComparison.Ordinal);
    }

    /// <summary>Table file 8 of the MANIFEST has the sequence number 6.</summary>
    [Fact]
    public async Task A_gap_that_ingested_files_explain_in_part_is_two_findings()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("reports/ingest"));
        database.WriteLog("archive/000004.log", TempDatabase.Puts(1, 3));
        List<SequenceFinding> findings = [.. (await FindingsOfAsync(database.Path)).OfType<SequenceFinding>().Take(2)];
        Assert.Equal(
            [(FindingKind.IngestedSequences, 1UL, 6UL, 6UL), (FindingKind.SequenceGap, 2UL, 4UL, 5UL)],
            findings.Select(found => (found.Kind, found.Missing, found.FirstSequence!.Value, found.LastSequence!.Value)));
        Assert.Equal("1 of the sequence numbers 4 to 6 was used by ingested table files", findings[0].Reason);
        Assert.Equal("table file 8 of the MANIFEST", findings[0].Detail);
        Assert.Equal("gap: expected sequence number 4, found 7: 2 missing, besides 1 in ingested table files", findings[1].Reason);
    }

    [Fact]
    public void The_ingested_numbers_of_a_range_are_in_order()
    {
        var history = new FileHistory();
        history.Add(new VersionEdit(0) { NewFiles = [FileOf(9, 7), FileOf(8, 3), FileOf(12, 0)] });
        Assert.Equal([(3UL, 8UL), (7UL, 9UL)], history.IngestedIn(1, 8));
        history.Add(new VersionEdit(0) { NewFiles = [FileOf(10, 5)] });
        Assert.Equal([(5UL, 10UL)], history.IngestedIn(4, 7));
        Assert.Empty(history.IngestedIn(8, ulong.MaxValue));

        static NewTableFile FileOf(ulong number, ulong sequence) =>
            new()
            {
                Level = 0,
                Number = number,
                Size = 1,
                Smallest = default,
                Largest = default,
                SmallestSequence = sequence,
                LargestSequence = sequence,
            };
    }

    [Fact]
    public async Task A_prepared_section_that_the_OPTIONS_do_not_allow_is_a_reason_to_refuse()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("recovery/04-prepared-section-in-plain-db/db"));
        Finding refusal = Assert.Single(await FindingsOfAsync(database.Path));
        Assert.Equal(
            (FindingKind.PreparedSectionRefused, FindingSeverity.Refusal, "000010.log", 24),
            (refusal.Kind, refusal.Severity, refusal.File, refusal.Offset));

        string options = File.ReadAllText(database.PathOf("OPTIONS-000007"));
        database.Write(
            "OPTIONS-000007", Encoding.UTF8.GetBytes(options.Replace("allow_2pc=false", "allow_2pc=true", StringComparison.Ordinal)));
        Assert.Empty(await FindingsOfAsync(database.Path));
        database.Delete("OPTIONS-000007");
        Assert.Empty(await FindingsOfAsync(database.Path));
    }

    private static async Task<List<Finding>> FindingsOfAsync(string path)
    {
        WalSetInspection inspection = await WalSetInspection.RunAsync(await WalSet.OpenAsync(path));
        return [.. inspection.Findings.Kept, .. inspection.Logs.SelectMany(log => log.Findings.Kept)];
    }
}
