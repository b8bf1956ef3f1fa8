using WalParser.Batches;
using WalParser.Findings;
using WalParser.TestSupport.Files;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests.WalSets;

/// <summary>The findings of a set's reader about its batches are those of iterating the batches.</summary>
public class BatchFindingsTests
{
    [Fact]
    public async Task Damage_in_every_batch_of_all_logs_is_reported()
    {
        int records = 0;
        foreach (string log in TestFiles.Named("*.log"))
        {
            records += (await CorruptionsAsync(TestFiles.PathOf(log))).Count;
        }

        Assert.NotEqual(0, records);
    }

    [Fact]
    public async Task An_invalid_batch_uses_no_numbers_and_has_its_own_damage()
    {
        byte[] damaged = Batch(7, count: 2);
        byte[] tooLarge = Batch(WriteBatch.MaxSequence + 1, count: 0);
        byte[] largest = Batch(WriteBatch.MaxSequence, count: 0);
        Assert.Equal(
            (true, false, true, false),
            (new WriteBatch(damaged).HasValidHeader, new WriteBatch(tooLarge).HasValidHeader, new WriteBatch(largest).HasValidHeader,
                new WriteBatch(damaged.AsSpan(0, WriteBatch.HeaderSize - 1)).HasValidHeader));
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path))
            {
                await using LogWriter writer = LogWriter.Create(file);
                foreach (byte[] record in (byte[][])[damaged, tooLarge, damaged[..5], Batch(9, count: 0)])
                {
                    await writer.WriteAsync(record);
                }
            }

            FindingKind?[] kinds = [.. (await CorruptionsAsync(path)).Select(corruption => corruption?.Kind)];
            Assert.Equal([FindingKind.WrongBatchCount, null, FindingKind.BatchTooSmall, null], kinds);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Batch(ulong sequence, uint count)
    {
        byte[] batch = new byte[WriteBatch.HeaderSize];
        BitConverter.TryWriteBytes(batch, sequence);
        BitConverter.TryWriteBytes(batch.AsSpan(sizeof(ulong)), count);
        return batch;
    }

    private static async Task<List<Finding?>> CorruptionsAsync(string path)
    {
        List<Finding?> corruptions = [];
        await using WalSetReader reader = (await WalSet.OpenAsync(path)).OpenReader();
        ulong likely = 0;
        await foreach (WalSetEntry entry in reader.ReadAllAsync())
        {
            if (entry.Kind != WalSetEntryKind.Record)
            {
                continue;
            }

            WriteBatch batch = entry.Batch;
            Assert.Equal(Enumerated(batch), entry.BatchFinding);
            Assert.Equal(EnumeratedInPlace(entry), entry.BatchFinding);
            WriteBatch.Enumerator operations = entry.Batch.GetEnumerator();
            while (operations.MoveNext())
            {
                Assert.Null(operations.Finding);
            }

            Assert.Equal(operations.Finding, entry.BatchFinding);
            Assert.Equal(
                entry.Record.Payload.Length >= WriteBatch.HeaderSize && batch.Sequence <= WriteBatch.MaxSequence,
                batch.HasValidHeader);
            if (batch.HasValidHeader && entry.BatchFinding is not null)
            {
                // The numbers in the header of a damaged batch count only if they continue those before it.
                Assert.Null(entry.NextSequence);
                Assert.InRange(entry.LikelyNextSequence, Math.Min(likely, batch.Sequence), Math.Max(likely, batch.Sequence) + batch.Count);
            }
            else
            {
                ulong expected = batch.HasValidHeader ? entry.NextSequence ?? batch.Sequence + batch.Count : likely;
                Assert.Equal(expected, entry.LikelyNextSequence);
            }

            likely = entry.LikelyNextSequence;
            corruptions.Add(entry.BatchFinding);
        }

        return corruptions;
    }

    private static Finding? EnumeratedInPlace(WalSetEntry entry)
    {
        foreach (WriteBatchOperation _ in entry.Batch)
        {
            // The batch is not kept in a variable.
        }

        return entry.Batch.Finding;
    }

    private static Finding? Enumerated(WriteBatch batch)
    {
        foreach (WriteBatchOperation _ in batch)
        {
            // Up to the end, or to the damage.
        }

        return batch.Finding;
    }
}
