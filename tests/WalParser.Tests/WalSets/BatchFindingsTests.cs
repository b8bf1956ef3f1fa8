using WalParser.Batches;
using WalParser.TestSupport.Files;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests.WalSets;

/// <summary>What a set's reader says of the batches it has gone through is what going through them says.</summary>
public class BatchFindingsTests
{
    [Fact]
    public async Task The_damage_in_every_batch_of_all_logs_is_told()
    {
        int records = 0;
        foreach (string log in TestFiles.Named("*.log"))
        {
            records += (await CorruptionsAsync(TestFiles.PathOf(log))).Count;
        }

        Assert.NotEqual(0, records);
    }

    [Fact]
    public async Task What_is_no_batch_takes_no_numbers_and_its_damage_is_not_that_of_the_batch_before()
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

            WriteBatchCorruptionKind?[] kinds = [.. (await CorruptionsAsync(path)).Select(corruption => corruption?.Kind)];
            Assert.Equal([WriteBatchCorruptionKind.WrongCount, null, WriteBatchCorruptionKind.TooSmall, null], kinds);
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

    private static async Task<List<WriteBatchCorruption?>> CorruptionsAsync(string path)
    {
        List<WriteBatchCorruption?> corruptions = [];
        await using WalSetReader reader = (await WalSet.OpenAsync(path)).OpenReader();
        ulong likely = 0;
        await foreach (WalSetEntry entry in reader.ReadAllAsync())
        {
            if (entry.Kind != WalSetEntryKind.Record)
            {
                continue;
            }

            WriteBatch batch = entry.Batch;
            Assert.Equal(Enumerated(batch), entry.BatchCorruption);
            Assert.Equal(entry.Record.Payload.Length >= WriteBatch.HeaderSize && batch.Sequence <= WriteBatch.MaxSequence, batch.HasValidHeader);
            Assert.Equal(!batch.HasValidHeader ? likely : entry.NextSequence ?? batch.Sequence + batch.Count, entry.LikelyNextSequence);
            likely = entry.LikelyNextSequence;
            corruptions.Add(entry.BatchCorruption);
        }

        return corruptions;
    }

    private static WriteBatchCorruption? Enumerated(WriteBatch batch)
    {
        foreach (WriteBatchOperation _ in batch)
        {
            // To the end, or to the damage.
        }

        return batch.Corruption;
    }
}
