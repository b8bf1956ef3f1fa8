using WalParser.WalSets;

namespace WalParser.Tests.Fixtures;

/// <summary>
/// The sequence numbers that no log of a recorded database contains: RocksDB gave them to table files that it ingested
/// (<c>ExternalSstFileIngestionJob::AssignLevelAndSeqnoForIngestedFile</c> in <c>db/external_sst_file_ingestion_job.cc</c>).
/// </summary>
internal static class NumbersOutsideLogs
{
    /// <summary>Returns the numbers of a scenario, in order.</summary>
    public static ulong[] Of(string scenario) => scenario.Replace('\\', '/') == "kvrocks/sst-load" ? [11] : [];

    /// <summary>Returns the numbers that are missing according to a finding.</summary>
    public static IEnumerable<ulong> In(SequenceFinding? finding)
    {
        for (ulong? number = finding?.Expected; number < finding?.Found; number++)
        {
            yield return number.Value;
        }
    }
}
