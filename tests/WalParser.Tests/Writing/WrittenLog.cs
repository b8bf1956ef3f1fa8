using System.Text;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Tests.Writing;

/// <summary>Reads logs that were written.</summary>
internal static class WrittenLog
{
    /// <summary>Returns the records of an intact log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logNumber">The number of the log.</param>
    /// <param name="pieces">The random number generator for the sizes of the pieces in which the log is delivered. By default, it is
    /// delivered as a whole.</param>
    public static async Task<List<byte[]>> RecordsOfAsync(byte[] log, ulong? logNumber = null, Random? pieces = null)
    {
        List<byte[]> records = [];
        var options = new WalReaderOptions
        {
            LogNumber = logNumber,
            RecoveryMode = WalRecoveryMode.AbsoluteConsistency,
            ThrowOnCorruption = true,
        };
        Stream input = pieces is null ? new MemoryStream(log, writable: false) : new PiecesStream(log, pieces);
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
    /// Returns all that is found in a log that is read as far as possible: records as text, damage by its kind, old records by their
    /// number, and the end if it is not the end of the file.
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
                WalEntryKind.Corruption => reader.Corruption.Kind.ToString(),
                _ => $"old {reader.OldRecord.LogNumber} "
                    + $"{(reader.OldRecord.IsIntact ? "intact" : reader.OldRecord.IsDamagedLive ? "live" : "damaged")}",
            });
        }

        if (reader.End!.Value.Reason != WalEndReason.EndOfFile)
        {
            findings.Add(reader.End.Value.Reason.ToString());
        }

        return findings;
    }

    /// <summary>A source that returns a random number of bytes at a time, of all magnitudes up to two blocks.</summary>
    private sealed class PiecesStream(byte[] content, Random random) : ForwardStream
    {
        private readonly MemoryStream _content = new(content, writable: false);

        public override int Read(Span<byte> buffer) => _content.Read(buffer[..Draw(buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(_content.Read(buffer.Span[..Draw(buffer.Length)]));

        // Small pieces are drawn only after each multiple of 16,384 bytes, so that a long log is read quickly.
        private int Draw(int count) =>
            Math.Min(count, random.Next(1, _content.Position % 16384 < 300 ? 40 : 1 << random.Next(8, 17)));
    }
}
