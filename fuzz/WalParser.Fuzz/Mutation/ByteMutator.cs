using System.Buffers.Binary;
using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// Changes bytes without knowledge of their meaning: flips bits, adds to numbers, inserts boundary values and constants of the code, and
/// removes, duplicates, moves and splices ranges of bytes.
/// </summary>
/// <param name="constants">Numbers that the fuzzed code compares with.</param>
internal sealed class ByteMutator(IReadOnlyList<long> constants) : IMutator
{
    /// <summary>An instance that uses the constants of the libraries' code, if it is instrumented.</summary>
    public static readonly ByteMutator OfLibraries = new(InstrumentedContext.ReadConstants());

    private static readonly long[] Interesting =
    [
        -1, 0, 1, 2, 3, 4, 7, 8, 11, 12, 16, 31, 32, 63, 64, 100, 127, 128, 254, 255, 256, 1000, 1024, 4096, 32757, 32761, 32767, 32768,
        65535, 65536,
        int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, (1L << 56) - 1, 1L << 32,
    ];

    public byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        byte[] bytes = [.. input];
        int changes = 1 << random.Next(5);
        for (int i = 0; i < changes; i++)
        {
            bytes = MutateOnce(bytes, other, random);
        }

        return bytes;
    }

    private byte[] MutateOnce(byte[] bytes, byte[] other, Random random)
    {
        if (bytes.Length == 0)
        {
            return other.Length > 0 ? [.. other] : [(byte)random.Next(256)];
        }

        int at = random.Next(bytes.Length);
        switch (random.Next(16))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2 or 3:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 4:
                bytes[at] += (byte)(random.Next(2) == 0 ? random.Next(1, 36) : -random.Next(1, 36));
                return bytes;
            case 5 or 6:
                return PutNumber(bytes, at, Interesting[random.Next(Interesting.Length)], random);
            case 7 or 8 when constants.Count > 0:
                return PutNumber(bytes, at, constants[random.Next(constants.Count)], random);
            case 9:
                return AddToNumber(bytes, at, random);
            case 10 or 11:
                return Replace(bytes, at, Math.Min(LengthFrom(bytes.Length - at, random), bytes.Length - at), []);
            case 12:
                byte[] filling = new byte[1 + LengthFrom(128, random)];
                filling.AsSpan().Fill(random.Next(2) == 0 ? (byte)random.Next(256) : bytes[at]);
                return Replace(bytes, at, random.Next(2) == 0 ? 0 : Math.Min(filling.Length, bytes.Length - at), filling);
            case 13:
                int from = random.Next(bytes.Length);
                byte[] run = bytes[from..(from + LengthFrom(bytes.Length - from, random))];
                return Replace(bytes, at, random.Next(2) == 0 ? 0 : Math.Min(run.Length, bytes.Length - at), run);
            case 14 when other.Length > 0:
                int start = random.Next(other.Length);
                byte[] part = other[start..(start + LengthFrom(other.Length - start, random))];
                return Replace(bytes, at, random.Next(2) == 0 ? 0 : Math.Min(part.Length, bytes.Length - at), part);
            case 15 when other.Length > 0 && random.Next(4) == 0:
                return [.. bytes[..at], .. other[Math.Min(at, other.Length)..]];
            default:
                bytes[at] ^= 0xFF;
                return bytes;
        }
    }

    private static byte[] PutNumber(byte[] bytes, int at, long value, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        int size = 1 << random.Next(4);
        if (random.Next(3) == 0)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            number = number[(8 - size)..];
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            number = number[..size];
        }

        number[..Math.Min(size, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private static byte[] AddToNumber(byte[] bytes, int at, Random random)
    {
        if (bytes.Length - at >= sizeof(uint))
        {
            Span<byte> number = bytes.AsSpan(at, sizeof(uint));
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(number);
            BinaryPrimitives.WriteUInt32LittleEndian(number, value + (uint)random.Next(-40, 41));
        }

        return bytes;
    }

    private static byte[] Replace(byte[] bytes, int at, int length, byte[] by) =>
        [.. bytes.AsSpan(0, at), .. by, .. bytes.AsSpan(at + length)];

    /// <summary>Returns a random length of at least 1, mostly short, sometimes long.</summary>
    private static int LengthFrom(int most, Random random) => Math.Max(1, random.Next(4) switch
    {
        0 => random.Next(most + 1),
        1 => random.Next(Math.Min(most, 100) + 1),
        _ => random.Next(Math.Min(most, 9) + 1),
    });
}
