using WalParser.Findings;
using WalParser.Framing;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>Fixed bugs that a replay of the corpus would not fully detect.</summary>
public class RegressionTests
{
    [Fact]
    public void A_begun_record_is_reported_when_a_compressed_one_in_it_is_too_large()
    {
        byte[] log = File.ReadAllBytes(Path.Combine(
            CorpusFolder.Default, "regressions", "framing", "begun-record-before-a-compressed-one-too-large"));
        LogReading reading = LogReading.Of(WalReader.Create(new MemoryStream(log), new WalReaderOptions { MaxRecordSize = 100 }));
        Assert.Equal(
            [(FindingKind.PartialRecordBeforeFull, 11L, 50L), (FindingKind.RecordTooLarge, 77L, 100L)],
            reading.Entries.Select(entry => (entry.Finding!.Kind, entry.Finding.Offset, entry.Finding.Bytes)));
    }
}
