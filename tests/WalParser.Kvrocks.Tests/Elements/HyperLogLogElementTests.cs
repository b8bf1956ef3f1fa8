using System.Numerics;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Dialect;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Elements;

/// <summary>Elements that set a register of a HyperLogLog to a value.</summary>
public sealed class HyperLogLogElementTests(RedisServer server) : IClassFixture<RedisServer>
{
    [Fact]
    public void The_hash_of_an_element_selects_the_register_and_its_value()
    {
        for (int register = 0; register < HyperLogLog.RegisterCount; register += 61)
        {
            for (int value = 1; value <= HyperLogLog.MaxRegister; value++)
            {
                ulong hash = KvrocksHyperLogLog.Hash(HyperLogLogElement.Of(register, value));
                Assert.Equal(register, (int)(hash % HyperLogLog.RegisterCount));
                Assert.Equal(value, BitOperations.TrailingZeroCount((hash >> 14) | (1UL << 50)) + 1);
            }
        }
    }

    /// <summary>Redis hashes elements as Kvrocks does, so that its registers show what PFADD does with the elements.</summary>
    [SkippableFact]
    public async Task A_server_has_the_registers_after_PFADD_of_the_elements()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync();
        var random = new Random(1);
        byte[] registers = new byte[HyperLogLog.RegisterCount];
        List<object> command = ["PFADD", "k"];
        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = (byte)(random.Next(4) == 0 ? 0 : random.Next(1, HyperLogLog.MaxRegister + 1));
            if (registers[i] > 0)
            {
                command.Add(HyperLogLogElement.Of(i, registers[i]));
            }
        }

        await connection.AskAsync([.. command]);
        RespValue value = await connection.AskAsync("GET", "k");
        Assert.True(HyperLogLogComparison.TryReadRegisters(value.Bytes.Span, out byte[] actual));
        Assert.Equal(registers, actual);
    }
}
