using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares the registers of HyperLogLogs. Redis stores them as a string, dense or sparse; the count in its header is a cache that does not
/// belong to the value.
/// </summary>
internal static class HyperLogLogComparison
{
    // Redis, src/hyperloglog.c: "HYLL", the encoding, three unused bytes, and the cached count.
    private const int HeaderSize = 16;
    private const int EncodingAt = 4;
    private const byte Dense = 0;
    private const byte Sparse = 1;

    public static async Task CompareAsync(ComparedKey key)
    {
        long length = await key.Server.NumberAsync("STRLEN", key.Name).ConfigureAwait(false);
        ReadOnlyMemory<byte> value = length > HeaderSize + HyperLogLog.Size
            ? default
            : await key.Server.BytesAsync("GETRANGE", key.Name, 0, -1).ConfigureAwait(false);
        if (TryReadRegisters(value.Span, out byte[] server))
        {
            CompareRegisters(key, server);
        }
        else
        {
            key.Differences.Add(ComparedPart.Type, ComparedValue.Of("HyperLogLog"), ComparedValue.Of("string"));
        }
    }

    /// <summary>Reads the registers of a string of Redis, one byte for each.</summary>
    public static bool TryReadRegisters(ReadOnlySpan<byte> value, out byte[] registers)
    {
        registers = new byte[HyperLogLog.RegisterCount];
        if (value.Length < HeaderSize || !value.StartsWith("HYLL"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> body = value[HeaderSize..];
        return value[EncodingAt] == Dense && body.Length == HyperLogLog.Size ? ReadDense(body, registers)
            : value[EncodingAt] == Sparse && TryReadSparse(body, registers);
    }

    private static void CompareRegisters(ComparedKey key, byte[] server)
    {
        byte[] logs = new byte[HyperLogLog.RegisterCount];
        ReadDense(key.Key.ToHyperLogLogRegisters(), logs);
        const int RegistersPerSegment = HyperLogLog.RegisterCount / HyperLogLog.SegmentCount;
        for (int i = 0; i < logs.Length && !key.Differences.IsFull; i++)
        {
            if (logs[i] != server[i] && (key.IsComplete || HasSegment(key, i / RegistersPerSegment)))
            {
                key.Differences.Add(ComparedPart.Register, i, ComparedValue.Of((long)logs[i]), ComparedValue.Of((long)server[i]));
            }
        }
    }

    private static bool HasSegment(ComparedKey key, int segment) => key.Key.TryGetElement(ReadServer.Argument(segment).Span, out _);

    private static bool ReadDense(ReadOnlySpan<byte> dense, byte[] registers)
    {
        for (int i = 0; i < registers.Length; i++)
        {
            int bit = i * 6;
            int at = bit / 8;
            int two = dense[at] | (at + 1 < dense.Length ? dense[at + 1] << 8 : 0);
            registers[i] = (byte)((two >> (bit % 8)) & 0x3F);
        }

        return true;
    }

    /// <summary>Reads the runs of the sparse form: 00xxxxxx and 01xxxxxx yyyyyyyy are zeros, 1vvvvvxx is a value.</summary>
    private static bool TryReadSparse(ReadOnlySpan<byte> sparse, byte[] registers)
    {
        int next = 0;
        for (int i = 0; i < sparse.Length; i++)
        {
            byte code = sparse[i];
            int length;
            byte value = 0;
            if (code >= 0x80)
            {
                value = (byte)(((code >> 2) & 0x1F) + 1);
                length = (code & 0x03) + 1;
            }
            else if (code >= 0x40)
            {
                i++;
                if (i == sparse.Length)
                {
                    return false;
                }

                length = (((code & 0x3F) << 8) | sparse[i]) + 1;
            }
            else
            {
                length = code + 1;
            }

            if (length > registers.Length - next)
            {
                return false;
            }

            registers.AsSpan(next, length).Fill(value);
            next += length;
        }

        return next == registers.Length;
    }
}
