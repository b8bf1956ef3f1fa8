using System.Text;
using WalParser.Framing;
using WalParser.Testing.Delivery;

namespace WalParser.TestSupport.Logs;

/// <summary>Reads logs that a test has written.</summary>
public static class WrittenLog
{
    /// <summary>Reads the records of a log, in which nothing may be wrong.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logNumber">The log number.</param>
    /// <param name="pieces">The source of the sizes of the pieces in which the reader gets the log; null for one piece.</param>
    public static async Task<List<byte[]>> RecordsOfAsync(byte[] log, ulong? logNumber = null, Random? pieces = null)
    {
        List<byte[]> records = [];
        var options = new WalReaderOptions
        {
            LogNumber = logNumber,
            RecoveryMode = WalRecoveryMode.AbsoluteConsistency,
            ThrowOnCorruption = true,
        };
        Stream input = pieces is null ? new MemoryStream(log, writable: false) : InPieces(log, pieces);
        await using WalReader reader = WalReader.Create(input, options);
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalEntryKind.Record, reader.Kind);
            records.Add(reader.Record.Payload.ToArray());
        }

        Assert.Equal(new WalEnd(WalEndReason.EndOfFile, log.Length, 0, LooksStale: false), reader.End);
        return records;
    }

    /// <summary>
    /// Reads a log in the mode that continues after damage, and returns its content: records as text, damage by its kind, old records by
    /// their number, and the reason of the end if it is not the end of the file.
    /// </summary>
    public static async Task<List<string>> FindingsOfAsync(byte[] log, ulong? logNumber = null)
    {
        List<string> findings = [];
        var options = new WalReaderOptions { LogNumber = logNumber, RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords };
        await using WalReader reader = WalReader.Create(new MemoryStream(log, writable: false), options);
        while (await reader.ReadAsync())
        {
            findings.Add(reader.Kind switch
            {
                WalEntryKind.Record => Encoding.Latin1.GetString(reader.Record.Payload),
                WalEntryKind.Finding => reader.Finding.Kind.ToString(),
                _ => $"old {reader.OldRecord.LogNumber} "
                    + (reader.OldRecord.IsIntact ? "intact" : reader.OldRecord.IsDamagedLive ? "live" : "damaged"),
            });
        }

        if (reader.End!.Value.Reason != WalEndReason.EndOfFile)
        {
            findings.Add(reader.End.Value.Reason.ToString());
        }

        return findings;
    }

    /// <summary>Returns a log in pieces of random sizes, of all magnitudes up to two blocks.</summary>
    private static PiecewiseStream InPieces(byte[] log, Random random) =>
        new(log, position =>
        {
            // Pieces of few bytes occur only at the beginning of every 16 KiB, so that reading a long log does not take long.
            return random.Next(1, position % 16384 < 300 ? 40 : 1 << random.Next(8, 17));
        });
}
