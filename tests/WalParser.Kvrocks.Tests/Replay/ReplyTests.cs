using System.Buffers;
using System.Text;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Replies are read for what they mean: those that do not say that a command was carried out are refusals.</summary>
public sealed class ReplyTests
{
    [Theory]
    [InlineData("SET k v", "+OK\r\n", true)]
    [InlineData("SET k v", "$-1\r\n", false)]
    [InlineData("SET k v", ":0\r\n", false)]
    [InlineData("HSET k f v", ":0\r\n", true)]
    [InlineData("HSET k f v", "+OK\r\n", false)]
    [InlineData("RPUSH k v", ":0\r\n", false)]
    [InlineData("COPY a b REPLACE", ":1\r\n", true)]
    [InlineData("COPY a b REPLACE", ":0\r\n", false)]
    [InlineData("PEXPIREAT k 1", ":1\r\n", true)]
    [InlineData("PEXPIREAT k 1", ":0\r\n", false)]
    [InlineData("LINSERT k BEFORE a b", ":-1\r\n", false)]
    [InlineData("HPEXPIREAT k 1 FIELDS 2 a b", "*2\r\n:1\r\n:2\r\n", true)]
    [InlineData("HPEXPIREAT k 1 FIELDS 2 a b", "*2\r\n:1\r\n:-2\r\n", false)]
    [InlineData("HPEXPIREAT k 1 FIELDS 2 a b", "*1\r\n:1\r\n", false)]
    [InlineData("XGROUP CREATE k g 0", "+OK\r\n", true)]
    [InlineData("XGROUP CREATECONSUMER k g c", ":1\r\n", true)]
    [InlineData("APPLYBATCH abc", ":3\r\n", true)]
    [InlineData("APPLYBATCH abc", ":2\r\n", false)]
    [InlineData("DEL k", "-READONLY You can't write against a read only replica.\r\n", false)]
    public void A_command_is_refused_unless_its_reply_says_that_it_was_carried_out(string command, string reply, bool isGood) =>
        Assert.Equal(isGood, ExpectedReply.FaultOf(Command(command), Parse(reply)) is null);

    [Theory]
    [InlineData("+OK\r\n", "+QUEUED\r\n", "*1\r\n:1\r\n", true, true)]
    [InlineData("+OK\r\n", "+QUEUED\r\n", "*-1\r\n", false, false)]
    [InlineData("+OK\r\n", "+QUEUED\r\n", "*0\r\n", false, true)]
    [InlineData("+OK\r\n", "+QUEUED\r\n", "*2\r\n:1\r\n:1\r\n", false, true)]
    [InlineData("+OK\r\n", "+QUEUED\r\n", "*1\r\n*1\r\n-ERR nested\r\n", false, true)]
    [InlineData("+OK\r\n", "+QUEUED\r\n", "*1\r\n-WRONGTYPE\r\n", false, true)]
    [InlineData("+OK\r\n", "-OOM command not allowed\r\n", "-EXECABORT\r\n", false, false)]
    [InlineData("+OK\r\n", "+OK\r\n", "+OK\r\n", false, true)]
    [InlineData("-NOPERM\r\n", ":1\r\n", "-ERR EXEC without MULTI\r\n", false, true)]
    public void A_transaction_is_refused_unless_each_command_was_carried_out(
        string multi, string queued, string exec, bool isGood, bool isCarriedOut)
    {
        var unit = new ReplayUnit(1, 1, isBatch: true);
        unit.Add(Command("MULTI") with { IsFrame = true }, Task.FromResult(Parse(multi)));
        unit.Add(Command("RPUSH k v"), Task.FromResult(Parse(queued)));
        unit.Add(Command("EXEC") with { IsFrame = true }, Task.FromResult(Parse(exec)));
        Assert.Equal(isGood, unit.Judge().Count == 0);
        Assert.Equal(isCarriedOut, unit.IsCarriedOut);
    }

    private static RedisCommand Command(string text) =>
        new(1, default, text.Split(' ').Select(word => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes(word)).ToArray());

    private static RespValue Parse(string reply)
    {
        var input = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(reply));
        Assert.True(new RespParser(RespLimits.Default).TryParse(ref input, out RespValue value));
        return value;
    }
}
