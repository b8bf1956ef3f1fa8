using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Cluster;

/// <summary>Replies to CLUSTER SLOTS, and errors that redirect, as a server might send them.</summary>
public sealed class ClusterTopologyTests
{
    private static readonly ClusterNode Asked = new("127.0.0.1", 7000);

    [Fact]
    public async Task The_first_node_of_a_range_is_its_master_and_a_missing_host_is_that_of_the_node_that_was_asked()
    {
        RespValue reply = await ParseAsync(
            "*2\r\n*4\r\n:0\r\n:99\r\n*3\r\n$0\r\n\r\n:7000\r\n$1\r\na\r\n*3\r\n$9\r\n127.0.0.2\r\n:7003\r\n$1\r\nb\r\n"
            + "*3\r\n:100\r\n:100\r\n*4\r\n$9\r\nlocalhost\r\n:7001\r\n$1\r\nc\r\n*0\r\n");

        ClusterTopology topology = ClusterTopology.Parse(reply, Asked, out string fault)!;

        Assert.Equal("", fault);
        Assert.Equal(Asked, topology.OwnerOf(99));
        Assert.Equal(new ClusterNode("localhost", 7001), topology.OwnerOf(100));
        Assert.Null(topology.OwnerOf(101));
        Assert.Equal(3, topology.Nodes.Count);
        Assert.Equal([Asked, new ClusterNode("localhost", 7001)], topology.Masters);
    }

    [Theory]
    [InlineData("-ERR This instance has cluster support disabled\r\n")]
    [InlineData("+OK\r\n")]
    [InlineData("*1\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n:5\r\n:4\r\n*2\r\n$1\r\na\r\n:7000\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:7000\r\n")]
    [InlineData("*1\r\n*3\r\n:-1\r\n:0\r\n*2\r\n$1\r\na\r\n:7000\r\n")]
    [InlineData("*2\r\n*3\r\n:0\r\n:9\r\n*2\r\n$1\r\na\r\n:7000\r\n*3\r\n:9\r\n:9\r\n*2\r\n$1\r\nb\r\n:7000\r\n")]
    public async Task What_is_not_a_map_of_slots_is_refused(string text)
    {
        RespValue reply = await ParseAsync(text);

        Assert.Null(ClusterTopology.Parse(reply, Asked, out string fault));
        Assert.NotEqual("", fault);
    }

    [Theory]
    [InlineData("$1\r\n?\r\n:7000\r\n")]
    [InlineData("$3\r\na b\r\n:7000\r\n")]
    [InlineData("$3\r\n\u001b[m\r\n:7000\r\n")]
    [InlineData("$1\r\na\r\n:0\r\n")]
    [InlineData("$1\r\na\r\n:70000\r\n")]
    public async Task A_node_without_a_usable_address_serves_nothing(string node)
    {
        RespValue reply = await ParseAsync($"*1\r\n*3\r\n:0\r\n:9\r\n*2\r\n{node}");

        ClusterTopology topology = ClusterTopology.Parse(reply, Asked, out _)!;

        Assert.Null(topology.OwnerOf(0));
        Assert.Empty(topology.Nodes);
    }

    [Fact]
    public void Every_slot_has_a_tag_that_lies_in_it()
    {
        for (int slot = 0; slot < RedisSlot.Count; slot++)
        {
            ReadOnlyMemory<byte> key = SlotTags.KeyIn(slot, "walparser:at"u8.ToArray());
            Assert.Equal(slot, RedisSlot.Of(key.Span));
            Assert.InRange(key.Length, "walparser:at{0}".Length, "walparser:at{000000}".Length);
        }
    }

    [Theory]
    [InlineData("-MOVED 5 127.0.0.2:7001\r\n", "Moved 127.0.0.2:7001")]
    [InlineData("-MOVED 5 :7001\r\n", "Moved 127.0.0.1:7001")]
    [InlineData("-MOVED 5 ::1:7001\r\n", "Moved [::1]:7001")]
    [InlineData("-MOVED 5 \u001b:7001\r\n", "Moved ")]
    [InlineData("-MOVED 5 a:70010\r\n", "Moved ")]
    [InlineData("-ASK 5 127.0.0.2:7001\r\n", "NotNow 127.0.0.2:7001")]
    [InlineData("-TRYAGAIN Multiple keys request during rehashing of slot\r\n", "NotNow ")]
    [InlineData("-CLUSTERDOWN Hash slot not served\r\n", "NotNow ")]
    [InlineData("-WRONGTYPE\r\n", "Final ")]
    [InlineData("+OK\r\n", "Final ")]
    public async Task An_error_says_where_or_when_a_command_can_be_carried_out(string reply, string expected)
    {
        ClusterAnswer answer = ClusterAnswer.Of(await ParseAsync(reply), Asked);

        Assert.Equal(expected, $"{answer.Kind} {answer.Target}");
    }

    [Fact]
    public async Task A_transaction_that_a_redirection_aborted_was_not_carried_out()
    {
        RespValue ok = await ParseAsync("+OK\r\n");
        RespValue moved = await ParseAsync("-MOVED 5 127.0.0.2:7001\r\n");
        RespValue aborted = await ParseAsync("-EXECABORT Transaction discarded because of previous errors.\r\n");
        RespValue executed = await ParseAsync("*1\r\n+OK\r\n");
        RespValue loading = await ParseAsync("-LOADING\r\n");

        Assert.Equal(ClusterAnswerKind.Moved, ClusterAnswer.Of([ok, moved, aborted], Asked).Kind);
        Assert.Equal(ClusterAnswerKind.Final, ClusterAnswer.Of([ok, moved, executed], Asked).Kind);
        Assert.Equal(ClusterAnswerKind.NotNow, ClusterAnswer.Of([loading, loading, aborted], Asked).Kind);

        // MULTI was refused, and the command after it was carried out on its own.
        Assert.Equal(ClusterAnswerKind.Final, ClusterAnswer.Of([loading, ok, aborted], Asked).Kind);
    }

    private static async Task<RespValue> ParseAsync(string text)
    {
        var reader = new RespReader(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text))), RespLimits.Default);
        return (await reader.ReadAsync(default))!.Value;
    }
}
