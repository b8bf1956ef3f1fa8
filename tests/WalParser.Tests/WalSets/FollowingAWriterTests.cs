using System.Globalization;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>Another process writes in torn pieces, starts new logs and removes old ones. No record is lost or returned twice.</summary>
public sealed class FollowingAWriterTests : IDisposable
{
    /// <summary>Longer than any operation that does not hang.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Kept", false, 1, 1)]
    [InlineData("Kept", true, 2, 30)]
    [InlineData("Archived", false, 3, 2)]
    [InlineData("Archived", true, 4, 10)]
    [InlineData("Archived", false, 5, 400)]
    [InlineData("Deleted", false, 6, 1)]
    [InlineData("Deleted", true, 7, 20)]
    [InlineData("Recycled", true, 8, 1)]
    [InlineData("Recycled", true, 9, 3)]
    [InlineData("Recycled", true, 10, 50)]
    public async Task All_records_are_returned_once_and_in_order(string fate, bool isNumbered, int seed, int ahead)
    {
        const int Records = 300;
        using var timeout = new CancellationTokenSource(Patience);
        WalSet set = await WalSet.OpenAsync(_folder);
        using var writer = new WriterProcess(_folder, seed, Records, recordsPerLog: 8, ahead, fate, isNumbered);
        ulong last = 0;
        ulong lastLog = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (WalSetEntry entry in set.FollowAsync(
                new FollowOptions { PollInterval = TimeSpan.FromMilliseconds(1) }, timeout.Token))
            {
                switch (entry.Kind)
                {
                    case WalSetEntryKind.FileStart:
                        Assert.True(entry.File.LogNumber > lastLog, $"log {entry.File.LogNumber} after {lastLog}");
                        lastLog = entry.File.LogNumber.Value;
                        writer.ReportOpened(lastLog);
                        break;
                    case WalSetEntryKind.Record:
                        last++;
                        Assert.Equal(WrittenRecord.PayloadOf(last), entry.Record.Payload);
                        writer.ReportRead(last);
                        break;
                    case WalSetEntryKind.LogFinding when fate == "Recycled" && entry.Finding.LooksStale:
                        // The old content of the file begins in the middle of a fragment.
                        break;
                    case WalSetEntryKind.LogFinding or WalSetEntryKind.SequenceFinding or WalSetEntryKind.DatabaseFinding:
                        Assert.Fail(Describe(entry));
                        break;
                }

                if (last == Records)
                {
                    // Waits for some more polls, in which a further entry would be returned.
                    timeout.CancelAfter(TimeSpan.FromMilliseconds(50));
                }
            }
        });
        Assert.True(last == Records, $"{last} of {Records} records were returned within {Patience}. The writer: {writer}");
        Assert.Equal("", await writer.EndAsync());
    }

    private static string Describe(WalSetEntry entry)
    {
        string file = entry.Kind == WalSetEntryKind.DatabaseFinding ? "" : entry.File.Name;
        return string.Create(CultureInfo.InvariantCulture, $"{entry.Kind} in {file}: ") + entry.Kind switch
        {
            WalSetEntryKind.LogFinding => entry.Finding.ToString(),
            WalSetEntryKind.SequenceFinding => entry.SequenceFinding.ToString(),
            _ => entry.Finding.ToString(),
        };
    }
}
