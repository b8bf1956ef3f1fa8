using WalParser.Writing;

namespace WalParser.Testing.Generation;

/// <summary>
/// Makes correct batches of operations on the default column family. All programs of RocksDB can show these operations; <c>ldb</c> 7.8
/// stops at entities.
/// </summary>
internal static class OrdinaryBatch
{
    /// <summary>Makes a batch.</summary>
    /// <param name="random">The source of the random choices.</param>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="size">The size.</param>
    public static WriteBatchBuilder Make(Random random, ulong sequence, Size size)
    {
        var builder = new WriteBatchBuilder(sequence);
        int count = random.Next(1, 6);
        for (int i = 0; i < count; i++)
        {
            byte[] key = new byte[random.Next(1, 30)];
            byte[] value = new byte[size switch
            {
                Size.Long => 70_000 / count,
                Size.Short => random.Next(200),
                _ => random.Next(6) == 0 ? random.Next(20_000) : random.Next(200),
            }];
            random.NextBytes(key);
            random.NextBytes(value);
            Add(builder, size == Size.Long ? 13 : random.Next(14), key, value);
        }

        return builder;
    }

    private static void Add(WriteBatchBuilder builder, int choice, byte[] key, byte[] value)
    {
        switch (choice)
        {
            case 0 or 1:
                builder.Delete(key);
                break;

            case 2:
                builder.SingleDelete(key);
                break;

            case 3:
                builder.DeleteRange(key, [.. key, 0xFF]);
                break;

            case 4:
                builder.Merge(key, value);
                break;

            case 5:
                builder.LogData(value);
                builder.Put(key, value);
                break;

            default:
                builder.Put(key, value);
                break;
        }
    }

    /// <summary>The size of a batch.</summary>
    public enum Size
    {
        /// <summary>Up to about 1,500 bytes.</summary>
        Short,

        /// <summary>Usually short, sometimes more than a block.</summary>
        Any,

        /// <summary>More than two blocks.</summary>
        Long,
    }
}
