using WalParser.Databases;
using WalParser.Findings;
using WalParser.Inspection;
using WalParser.WalSets;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>The reports of the reader under test that something is wrong.</summary>
internal static class Alarm
{
    /// <summary>
    /// Returns the findings about a folder with all its WALs, as <c>verify</c> and <c>gaps</c> show them, that are more serious than notes.
    /// </summary>
    public static async Task<List<Finding>> ReadAsync(string folder)
    {
        WalSetInspection inspection = await WalSetInspection.RunAsync(new WalSet(await DatabaseFolder.OpenAsync(folder)));
        return
        [
            .. inspection.Findings.Kept
                .Concat(inspection.Logs.SelectMany(log => log.Findings.Kept))
                .Concat(inspection.Failures)
                .Where(finding => finding.Severity != FindingSeverity.Note),
        ];
    }
}
