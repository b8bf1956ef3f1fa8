using System.Buffers.Binary;
using WalParser.Batches;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Logs;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>
/// Batches in which some metadata contradicts the elements, as faults of servers and damage write it: other sizes, heads, tails, ids,
/// counters and expiries.
/// </summary>
internal static class GarbageMetadata
{
    private const int ExpiryAt = 1;
    private const int SizeAt = 17;
    private const int BodyAt = 25;

    /// <summary>Returns the batches with other values in about a fifth of the metadata.</summary>
    public static List<byte[]> In(IEnumerable<byte[]> batches, int seed)
    {
        var random = new Random(seed);
        return [.. batches.Select(payload => In(payload, random))];
    }

    private static byte[] In(byte[] payload, Random random)
    {
        var builder = new BatchBuilder();
        foreach ((byte tag, uint family, byte[] key, byte[] value) in MadeBatch.Parse(payload))
        {
            byte[] second = tag == MadeBatch.Put && family == 1 && random.Next(5) == 0 ? Garbage(value, random) : value;
            builder = tag == MadeBatch.Deletion ? builder.Counted(tag, family, key) : builder.Counted(tag, family, key, second);
        }

        return builder.Build(new WriteBatch(payload).Sequence).ToArray();
    }

    private static byte[] Garbage(byte[] metadata, Random random)
    {
        byte[] garbage = [.. metadata];
        if (random.Next(6) == 0)
        {
            Write(garbage, ExpiryAt, random.Next(2) == 0 ? ulong.MaxValue : long.MaxValue);
        }
        else if (metadata.Length >= BodyAt)
        {
            int words = 1 + ((metadata.Length - BodyAt) / sizeof(ulong));
            int at = SizeAt + (sizeof(ulong) * random.Next(words));
            ulong value = BinaryPrimitives.ReadUInt64BigEndian(garbage.AsSpan(at));
            Write(garbage, at, random.Next(7) switch
            {
                0 => 0,
                1 => 1,
                2 => ulong.MaxValue,
                3 => unchecked(value + 1),
                4 => unchecked(value - 1),
                // A bitmap may be as large as its metadata says.
                _ when random.Next(2) == 0 || (metadata[0] & 0x0F) == 6 => unchecked(value + (ulong)random.Next(100)),
                _ => 1UL << random.Next(64),
            });
        }

        return garbage;
    }

    private static void Write(byte[] bytes, int at, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(at), value);
}
