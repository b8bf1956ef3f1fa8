using WalParser.Framing;
using WalParser.Tests.Compression;

namespace WalParser.Tests.Writing;

/// <summary>Reads what was written.</summary>
internal static class WrittenLog
{
    /// <summary>The records of a log in which nothing is wrong.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logNumber">Its number.</param>
    /// <param name="piece">How many bytes come at a time.</param>
    public static async Task<List<byte[]>> RecordsOfAsync(byte[] log, ulong? logNumber = null, int piece = int.MaxValue)
    {
        List<byte[]> records = [];
        var options = new WalReaderOptions { LogNumber = logNumber, RecoveryMode = WalRecoveryMode.AbsoluteConsistency, ThrowOnCorruption = true };
        await using WalReader reader = WalReader.Create(new TricklingStream(log, piece), options);
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalEntryKind.Record, reader.Kind);
            records.Add(reader.Record.Payload.ToArray());
        }

        Assert.Equal(new WalEnd(WalEndReason.EndOfFile, log.Length, 0, LooksStale: false), reader.End);
        return records;
    }
}
