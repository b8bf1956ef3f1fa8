using System.Buffers.Binary;
using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using static WalParser.Kvrocks.Tests.Comparison.ScriptedServer;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>
/// Servers that Debian does not have: Kvrocks, Redis 7.4 with the expiry of fields, Redis 8 with JSON, and one that lies.
/// </summary>
public class ScriptedServerTests
{
    private const ulong Future = 4_102_444_800_000;

    private static readonly ComparisonOptions Kvrocks = new() { Target = CommandTarget.Kvrocks };

    [Theory]
    [InlineData("0 1 2 3 18446744073709551615", "")]
    [InlineData("0 1 3 18446744073709551615", "Different key [Member 2: 2 | none]")]
    [InlineData("0 1 2 3 4 18446744073709551615", "Different key [Member 4: none | 4]")]
    [InlineData("0 1 2 3", "Different key [Member 18446744073709551615: 18446744073709551615 | none]")]
    [InlineData("1 2 3 18446744073709551615", "Different key [Member 0: 0 | none]")]
    public async Task A_sortedint_of_Kvrocks_is_compared(string numbers, string expected)
    {
        ulong[] server = [.. numbers.Split(' ').Select(number => ulong.Parse(number, CultureInfo.InvariantCulture))];
        await using var kvrocks = new ScriptedServer(command => command[0] switch
        {
            "TYPE" => "+sortedint\r\n",
            "SIRANGEBYVALUE" => List(server
                .Where(number => command[2] == "-inf" || number > ulong.Parse(command[2][1..], CultureInfo.InvariantCulture))
                .Take(2)
                .Select(number => Bulk($"{number}"))),
            _ => Default(command),
        });
        Assert.Equal(
            expected,
            await CompareAsync(kvrocks, KvrocksType.SortedInt, key => key.Numbers.UnionWith([0, 1, 2, 3, ulong.MaxValue]), Kvrocks));
    }

    [Theory]
    [InlineData(-1, "")]
    [InlineData(1024, "Different key [Value: \x01\0\x02 | \x01\0\x03]")]
    [InlineData(5000, "Different key [BitCount: 3 | 4]")]
    public async Task A_bitmap_of_Kvrocks_is_compared(int at, string expected)
    {
        byte[] bits = new byte[6000];
        (bits[0], bits[1022], bits[1024]) = (0x80, 1, 2);
        byte[] server = [.. bits];
        if (at >= 0)
        {
            server[at] |= 1;
        }

        // Kvrocks stores the first bit of a byte as the least significant one, and its BITFIELD reads the bytes as they are stored.
        byte[] stored = [.. server.Select(one => (byte)Enumerable.Range(0, 8).Sum(bit => ((one >> bit) & 1) << (7 - bit)))];
        await using var kvrocks = new ScriptedServer(command => command[0] switch
        {
            "TYPE" => "+bitmap\r\n",
            "BITFIELD_RO" => List(command.Skip(2).Chunk(3).Select(get => $":{Word(stored, get[2])}\r\n")),
            "BITCOUNT" => $":{server.Sum(one => int.PopCount(one))}\r\n",
            _ => Default(command),
        });
        string found = await CompareAsync(kvrocks, KvrocksType.Bitmap, key => key.Bits = bits, Kvrocks);
        Assert.Equal(expected.Length == 0, found.Length == 0);
        Assert.Contains(at == 1024 ? "Different key [Value: " : expected, found);
    }

    [Theory]
    [InlineData("4102444800000 -1", "")]
    [InlineData("4102444800001 -1", "Different key [FieldExpiry a: 4102444800000 | 4102444800001]")]
    [InlineData("-1 -1", "Different key [FieldExpiry a: 4102444800000 | none]")]
    [InlineData("4102444800000 4102444800000", "Different key [FieldExpiry b: none | 4102444800000]")]
    [InlineData("4102444800000 -2", "Different key [Field b: 2 | none]")]
    [InlineData("4102444800000 1000", "Different key [Field b: 2 | none]")]
    [InlineData("unknown", "FieldExpiry")]
    public async Task The_expiry_of_fields_is_compared(string expiries, string expected)
    {
        await using var redis = new ScriptedServer(command => command[0] switch
        {
            "TYPE" => "+hash\r\n",
            "HSCAN" => List(Bulk("0"), List(Bulk("a"), Bulk("1"), Bulk("b"), Bulk("2"))),
            "HPEXPIRETIME" when expiries != "unknown" => List(expiries.Split(' ').Select(expiry => $":{expiry}\r\n")),
            _ => Default(command),
        });
        Assert.Equal(expected, await CompareAsync(
            redis,
            KvrocksType.Hash,
            key =>
            {
                (key.Fields["a"], key.Fields["b"], key.Fields["gone"]) = ("1", "2", "3");
                key.FieldExpiries = new Dictionary<string, ulong> { ["a"] = Future, ["gone"] = 1000 };
            }));
    }

    [Theory]
    [InlineData("""{"b":[1.0,2],"a":"x"}""", "")]
    [InlineData("""{"b":[1,3],"a":"x"}""", """Different key [Value: {"a":"x","b":[1,2]} | {"b":[1,3],"a":"x"}]""")]
    [InlineData(null, "NoSuchType")]
    public async Task A_JSON_document_is_compared_by_its_content(string? text, string expected)
    {
        await using var redis = new ScriptedServer(command => command[0] switch
        {
            "TYPE" => text is null ? "+none\r\n" : "+ReJSON-RL\r\n",
            "JSON.GET" when text is not null => Bulk(text),
            _ => Default(command),
        });
        Assert.Equal(expected, await CompareAsync(redis, KvrocksType.Json, key => key.Text = """{"a":"x","b":[1,2]}"""));
    }

    [Theory]
    [InlineData("TYPE", ":1\r\n")]
    [InlineData("HSCAN", "*0\r\n")]
    [InlineData("HSCAN", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n")]
    [InlineData("HSCAN", "-LOADING Redis is loading the dataset in memory\r\n")]
    [InlineData("HPEXPIRETIME", "+OK\r\n")]
    [InlineData("SCAN", "*1\r\n$1\r\n0\r\n")]
    [InlineData("SCAN", "-ERR unknown command 'SCAN'\r\n")]
    public async Task A_reply_that_is_none_ends_the_comparison(string name, string reply)
    {
        await using var redis = new ScriptedServer(command => command[0] == name ? reply : command[0] switch
        {
            "TYPE" => "+hash\r\n",
            "HSCAN" => List(Bulk("0"), List(Bulk("a"), Bulk("1"))),
            "HPEXPIRETIME" => List(":-1\r\n"),
            _ => Default(command),
        });
        RedisException exception = await Assert.ThrowsAsync<RedisException>(
            () => CompareAsync(redis, KvrocksType.Hash, key => key.Fields["a"] = "1"));
        Assert.Contains(name, exception.Message);
    }

    [Fact]
    public async Task A_key_whose_type_changes_meanwhile_is_named()
    {
        await using var redis = new ScriptedServer(command => command[0] switch
        {
            "TYPE" => "+hash\r\n",
            "HSCAN" => "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
            _ => Default(command),
        });
        Assert.Equal("ChangedMeanwhile", await CompareAsync(redis, KvrocksType.Hash, key => key.Fields["a"] = "1"));
    }

    [Fact]
    public async Task A_score_that_no_server_accepts_is_named()
    {
        await using var redis = new ScriptedServer(command => command[0] switch
        {
            "TYPE" => "+zset\r\n",
            "ZSCAN" => List(Bulk("0"), List(Bulk("a"), Bulk("1"))),
            _ => Default(command),
        });
        Assert.Equal(
            "NotAccepted",
            await CompareAsync(redis, KvrocksType.ZSet, key => (key.Scores["a"], key.Scores["b"]) = (1, double.NaN)));
    }

    [Fact]
    public async Task A_server_without_PEXPIRETIME_is_compared_without_the_expiry()
    {
        await using var redis = new ScriptedServer(command => command[0] switch
        {
            "TYPE" => "+string\r\n",
            "STRLEN" => ":1\r\n",
            "GETRANGE" => Bulk("x"),
            "PEXPIRETIME" => Unknown(command[0]),
            _ => Default(command),
        });
        Assert.Equal("Expiry", await CompareAsync(redis, KvrocksType.String, key => key.Text = "x"));
    }

    private static string Default(string[] command) => command[0] switch
    {
        "PEXPIRETIME" => ":-1\r\n",
        "SCAN" => List(Bulk("0"), List(Bulk("key"))),
        _ => Unknown(command[0]),
    };

    private static long Word(byte[] bytes, string bit)
    {
        byte[] word = new byte[sizeof(long)];
        int start = int.Parse(bit, CultureInfo.InvariantCulture) / 8;
        bytes.AsSpan(Math.Min(start, bytes.Length), Math.Clamp(bytes.Length - start, 0, word.Length)).CopyTo(word);
        return BinaryPrimitives.ReadInt64BigEndian(word);
    }

    /// <summary>Compares one key; returns the difference, or else why something was not compared.</summary>
    private static async Task<string> CompareAsync(
        ScriptedServer server, KvrocksType type, Action<ModelKey> change, ComparisonOptions? options = null)
    {
        var model = new ModelServer();
        model.Change("key", type, change);
        model.EndBatch();
        (List<KeyDifference> differences, ComparisonResult result) = await Comparisons.RunAsync(
            server.Endpoint, Comparisons.KeyspaceOf(model.Batches), options ?? new ComparisonOptions());
        return string.Join('\n', [.. Comparisons.Lines(differences), .. result.Uncompared.Select(entry => $"{entry.Reason}")]);
    }
}
