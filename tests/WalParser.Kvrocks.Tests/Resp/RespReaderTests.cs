using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Resp;

public sealed class RespReaderTests
{
    /// <summary>Replies, and their kinds and contents in the form of <see cref="Show"/>.</summary>
    public static TheoryData<string, string> Replies => new()
    {
        { "+OK\r\n", "SimpleString OK" },
        { "+\r\n", "SimpleString " },
        { "-ERR unknown command 'x'\r\n", "Error ERR unknown command 'x'" },
        { ":0\r\n", "Integer 0" },
        { ":-9223372036854775808\r\n", "Integer -9223372036854775808" },
        { ":+5\r\n", "Integer 5" },
        { "$0\r\n\r\n", "BulkString " },
        { "$5\r\na\r\nb\0\r\n", "BulkString a\r\nb\0" },
        { "$-1\r\n", "Null" },
        { "*-1\r\n", "Null" },

        // Kvrocks sends these two of RESP3 for time series without being asked.
        { "*1\r\n*2\r\n:1\r\n,1.5\r\n", "Array[Array[Integer 1,Double 1.5]]" },
        { "*2\r\n+sourceKey\r\n_\r\n", "Array[SimpleString sourceKey,Null]" },
        { "*0\r\n", "Array[]" },
        { "*3\r\n*2\r\n:1\r\n$-1\r\n*0\r\n*1\r\n-ERR\r\n", "Array[Array[Integer 1,Null],Array[],Array[Error ERR]]" },
    };

    public static TheoryData<string> Violations => new()
    {
        "?\r\n", "\r\n", "+OK\n", ":\r\n", ":12x\r\n", ":9223372036854775808\r\n", "$-2\r\n", "*-2\r\n", "$x\r\n", "$1\r\nab\r\n",
        "#t\r\n", "_x\r\n", "(1\r\n", "=7\r\ntxt:abc\r\n", "!3\r\nERR\r\n", "%0\r\n", "~0\r\n", ">1\r\n+x\r\n", "|0\r\n:1\r\n",
        "HTTP/1.1 400 Bad Request\r\n", "$99999999999999999999\r\n",
        "*9223372036854775807\r\n", "$2147483647\r\n", "*1000000000\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", "$2000\r\n", "*30\r\n*30\r\n*30\r\n",
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task A_reply_is_read_from_pieces_of_any_size(string text, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        foreach (int piece in (int[])[1, 2, 3, 7, 4096])
        {
            var reader = new RespReader(PipeReader.Create(new Pieces([.. bytes, .. bytes], piece)), new RespLimits { MaxReplySize = 2000 });
            Assert.Equal(expected, Show((await reader.ReadAsync())!.Value));
            Assert.Equal(expected, Show((await reader.ReadAsync())!.Value));
            Assert.Null(await reader.ReadAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task A_truncated_reply_is_reported(string text, string expected)
    {
        Assert.NotEmpty(expected);
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int length = 1; length < bytes.Length; length++)
        {
            var reader = new RespReader(PipeReader.Create(new Pieces(bytes[..length], 4096)));
            RedisException thrown = await Assert.ThrowsAsync<RedisException>(async () => await reader.ReadAsync());
            Assert.Equal(RedisErrorKind.ConnectionLost, thrown.Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Bytes_that_are_not_a_reply_are_refused(string text)
    {
        foreach (int piece in (int[])[1, 4096])
        {
            var reader = new RespReader(
                PipeReader.Create(new Pieces(Encoding.Latin1.GetBytes(text), piece)), new RespLimits { MaxReplySize = 2000, MaxDepth = 4 });
            RedisException thrown = await Assert.ThrowsAsync<RedisException>(async () => await reader.ReadAsync());
            Assert.Equal(RedisErrorKind.Protocol, thrown.Kind);
        }
    }

    [Fact]
    public async Task A_line_without_an_end_is_refused()
    {
        var endless = new Pieces(Encoding.Latin1.GetBytes("+" + new string('x', 1 << 20)), 1000);
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            async () => await new RespReader(PipeReader.Create(endless)).ReadAsync());
        Assert.Equal(RedisErrorKind.Protocol, thrown.Kind);
        Assert.InRange(endless.Taken, RespLimits.Default.MaxLineLength, RespLimits.Default.MaxLineLength + 8192);
    }

    [Theory]
    [InlineData("$1000000000\r\nabc")]
    [InlineData("*40000000\r\n:1\r\n")]
    [InlineData("*1000\r\n*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n*1000000\r\n")]
    public void A_claimed_length_allocates_nothing(string text)
    {
        // The parser runs on this thread. It allocates the received bytes and small first buffers, but not the gigabyte that is claimed.
        var input = new System.Buffers.ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text));
        var parser = new RespParser(RespLimits.Default);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(parser.TryParse(ref input, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Arbitrary_bytes_result_in_replies_or_a_refusal()
    {
        Gen<byte> marks = Gen.Elements("*$:+-_%|0129\r\n\r\n\r\n"u8.ToArray());
        Prop.ForAll(Gen.ArrayOf(marks).ToArbitrary(), (byte[] bytes) =>
        {
            string whole = Outcome(bytes, 4096);
            Assert.Equal(whole, Outcome(bytes, 1));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(200));
    }

    private static string Outcome(byte[] bytes, int piece)
    {
        var reader = new RespReader(PipeReader.Create(new Pieces(bytes, piece)), new RespLimits { MaxReplySize = 5000, MaxDepth = 5 });
        var text = new StringBuilder();
        try
        {
            // All pieces are in memory, so the call does not wait.
            while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is { } value)
            {
                text.AppendLine(Show(value));
            }
        }
        catch (RedisException exception)
        {
            text.Append(exception.Kind).Append(exception.Message);
        }

        return text.ToString();
    }

    private static string Show(RespValue value) => value.Kind switch
    {
        RespKind.Null => "Null",
        RespKind.Array =>
            $"{value.Kind}[{string.Join(',', value.Items.ToArray().Select(Show))}]",
        RespKind.Integer => string.Create(CultureInfo.InvariantCulture, $"{value.Kind} {value.Integer}"),
        _ => $"{value.Kind} {Encoding.Latin1.GetString(value.Bytes.Span)}",
    };

    /// <summary>A stream that returns a few bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes, writable: false)
    {
        public long Taken => Position;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
