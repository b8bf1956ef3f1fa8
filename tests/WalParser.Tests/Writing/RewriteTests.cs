using WalParser.Batches;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>The logs that real servers wrote, written again from their records.</summary>
public class RewriteTests
{
    /// <summary>All but the hostile ones, which no writer writes.</summary>
    public static TheoryData<string> Logs =>
        [.. TestFiles.Named("*.log").Where(log => !log.StartsWith("hostile/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task A_log_is_written_again_as_it_was(string name)
    {
        string path = TestFiles.PathOf(name);
        byte[] original = await File.ReadAllBytesAsync(path);
        await using WalReader reader = WalReader.Open(path);
        (byte[] written, List<byte[]> records, bool hasTail, _) = await RewriteAsync(reader);
        if (reader.CompressionType == CompressionType.Zstd)
        {
            // There are many right ways to compress, so that it is what is read back that must be the same.
            Assert.Equal(records, await WrittenLog.RecordsOfAsync(written, reader.LogNumber));
            Assert.Equal(original[..11], written[..11]);
            return;
        }

        // Behind the live end of a recycled log lies what its file held before: nothing that its writer wrote.
        int end = reader.IsRecycled ? written.Length : original.Length;
        Assert.Equal(original[..end], written);
        Assert.Equal(end < original.Length, hasTail);
    }

    /// <summary>What a log says of the one before it is what the writer of that one says.</summary>
    [Theory]
    [InlineData("rocksdb/predecessor", 3)]
    [InlineData("rocksdb/predecessor-recycled", 1)]
    public async Task A_log_knows_what_the_next_says_of_it(string scenario, int known)
    {
        Dictionary<ulong, PredecessorWalInfo> written = [];
        int found = 0;
        foreach (string path in Directory.EnumerateFiles(TestFiles.Committed(scenario), "*.log", SearchOption.AllDirectories).OrderBy(Path.GetFileName))
        {
            await using WalReader reader = WalReader.Open(path);
            written.Add(reader.LogNumber!.Value, (await RewriteAsync(reader)).Predecessor);
            if (reader.Predecessor is { } predecessor && written.TryGetValue(predecessor.LogNumber, out PredecessorWalInfo ours))
            {
                Assert.Equal(predecessor, ours);
                found++;
            }
        }

        Assert.Equal(known, found);
    }

    /// <summary>Each batch of the fixtures, built again from its operations.</summary>
    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Batches_are_built_again_as_they_were(string name)
    {
        var builder = new WriteBatchBuilder();
        await using WalReader reader = WalReader.Open(TestFiles.PathOf(name));
        while (await reader.ReadAsync())
        {
            if (reader.Kind != WalEntryKind.Record)
            {
                continue;
            }

            var batch = new WriteBatch(reader.Record);
            builder.Clear(batch.Sequence);
            foreach (WriteBatchOperation operation in batch)
            {
                builder.Add(operation);
            }

            Assert.Null(batch.Corruption);
            Assert.Equal(reader.Record.Payload, builder.Build().Span);
        }
    }

    /// <summary>Reads a log to its end, and writes it from what was read.</summary>
    private static async Task<(byte[] Written, List<byte[]> Records, bool HasTail, PredecessorWalInfo Predecessor)> RewriteAsync(WalReader reader)
    {
        var output = new MemoryStream();
        List<byte[]> records = [];
        bool hasTail = false;
        bool isOpen = await reader.ReadAsync();
        var options = new LogWriterOptions
        {
            LogNumber = reader.LogNumber,
            IsRecyclable = reader.IsRecycled,
            Compression = reader.CompressionType,
            Predecessor = reader.Predecessor,
        };
        PredecessorWalInfo predecessor;
        await using (LogWriter log = LogWriter.Create(output, options, leaveOpen: true))
        {
            for (; isOpen; isOpen = await reader.ReadAsync())
            {
                if (reader.Kind != WalEntryKind.Record)
                {
                    // Stale bytes are no damage, and nothing of the log comes behind them.
                    Assert.True(reader.Kind == WalEntryKind.OldRecord || reader.Corruption.LooksStale);
                    hasTail = true;
                    continue;
                }

                Assert.False(hasTail);
                records.Add(reader.Record.Payload.ToArray());
                log.WriteTimestampSizes(reader.TimestampSizes.ByColumnFamily);

                // Now the one way, now the other.
                if (records.Count % 2 == 0)
                {
                    log.Write(records[^1]);
                }
                else
                {
                    await log.WriteAsync(records[^1]);
                }
            }

            Assert.Equal(records.Count, log.RecordCount);
            predecessor = log.ToPredecessor();
        }

        return (output.ToArray(), records, hasTail, predecessor);
    }
}
