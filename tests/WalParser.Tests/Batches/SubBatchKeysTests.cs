using WalParser.Batches;

namespace WalParser.Tests.Batches;

/// <summary>The keys of a sub-batch.</summary>
public class SubBatchKeysTests
{
    [Fact]
    public void A_key_is_added_once_for_each_column_family_until_the_keys_are_cleared()
    {
        var keys = new SubBatchKeys();
        Assert.True(keys.TryAdd(0, "a"u8));
        Assert.False(keys.TryAdd(0, "a"u8));
        Assert.True(keys.TryAdd(1, "a"u8));
        keys.Clear();
        Assert.True(keys.TryAdd(0, "a"u8));
    }

    /// <summary>The table of a large sub-batch is not cleared again for each small one after it.</summary>
    [Fact]
    public void A_large_sub_batch_leaves_no_large_table()
    {
        var keys = new SubBatchKeys();
        for (int i = 0; i < 100_000; i++)
        {
            keys.TryAdd(0, BitConverter.GetBytes(i));
        }

        keys.Clear();
        keys.TryAdd(0, [1]);
        keys.Clear();
        Assert.InRange(keys.Capacity, 0, 200);
    }
}
