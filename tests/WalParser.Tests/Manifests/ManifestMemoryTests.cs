using WalParser.Manifests;

namespace WalParser.Tests.Manifests;

/// <summary>The memory of the state of a MANIFEST. Measured while no other test runs.</summary>
[CollectionDefinition(nameof(ManifestMemoryTests), DisableParallelization = true)]
[Collection(nameof(ManifestMemoryTests))]
public class ManifestMemoryTests
{
    private static readonly int[] Counts = [50_000, 100_000, 200_000];

    [Fact]
    public void The_state_takes_memory_in_proportion_to_the_record()
    {
        double[] ratios = [.. Counts.Select(count =>
        {
            byte[] record = EditEntriesTests.EditOf("new files", count);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            var state = new ManifestState();
            state.Apply(VersionEdit.Read(record));
            long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.Equal(count, state.TryGetColumnFamily(0, out ManifestColumnFamily? family) ? family.TableFiles.Count : -1);
            return (double)kept / record.Length;
        })];

        // An entry of a dictionary and one of a set against a file of 26 bytes: the smallest that there is.
        Assert.All(ratios, ratio => Assert.InRange(ratio, 0, 4));
    }
}
