using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// The replies with which a server says that it did what a command asks for. Any other reply is a refusal: an error, but also, for example,
/// the 0 of COPY, which has copied nothing.
/// </summary>
internal static class ExpectedReply
{
    private const long ExpirySet = 1;
    private const long FieldDeletedAtOnce = 2;
    private const long FieldMissing = -2;

    private static readonly Dictionary<string, Func<RedisCommand, RespValue, string?>> Table = new(StringComparer.Ordinal)
    {
        ["MULTI"] = Ok,
        ["SELECT"] = Ok,
        ["SET"] = Ok,
        ["RENAME"] = Ok,
        ["FLUSHDB"] = Ok,
        ["FLUSHALL"] = Ok,
        ["LSET"] = Ok,
        ["LTRIM"] = Ok,
        ["XSETID"] = Ok,
        ["JSON.SET"] = Ok,
        ["PFMERGE"] = Ok,
        ["BF.RESERVE"] = Ok,
        ["TDIGEST.CREATE"] = Ok,
        ["TDIGEST.ADD"] = Ok,
        ["TDIGEST.RESET"] = Ok,
        ["TS.CREATE"] = Ok,
        ["TS.CREATERULE"] = Ok,
        ["TS.ADD"] = Count,
        ["TS.DEL"] = Count,
        ["DEL"] = Count,
        ["HSET"] = Count,
        ["HDEL"] = Count,
        ["SADD"] = Count,
        ["SREM"] = Count,
        ["ZADD"] = Count,
        ["ZREM"] = Count,
        ["SIADD"] = Count,
        ["SIREM"] = Count,
        ["LREM"] = Count,
        ["SETBIT"] = Count,
        ["SETRANGE"] = Count,
        ["PFADD"] = Count,
        ["PERSIST"] = Count,
        ["XTRIM"] = Count,
        ["XDEL"] = Count,
        ["XACK"] = Count,
        ["LPUSH"] = Length,
        ["RPUSH"] = Length,
        ["LINSERT"] = (_, reply) => reply.Kind != RespKind.Integer ? Unlike(reply, "the new length")
            : reply.Integer == 0 ? "the key is not there"
            : reply.Integer < 0 ? "the element next to the new one is not there"
            : null,
        ["PEXPIREAT"] = (_, reply) => Done(reply, "the key is not there"),
        ["COPY"] = (_, reply) => Done(reply, "nothing was copied: the source is not there"),
        ["LPOP"] = Popped,
        ["RPOP"] = Popped,
        ["BITFIELD"] = Array,
        ["XCLAIM"] = Array,
        ["XADD"] = (_, reply) => reply.Kind == RespKind.BulkString ? null : Unlike(reply, "the id of the entry"),
        ["XGROUP"] = Group,
        ["HPEXPIREAT"] = FieldExpiry,
        ["APPLYBATCH"] = Applied,
    };

    /// <summary>Returns why a reply means that the command was not carried out; null if it was.</summary>
    public static string? FaultOf(RedisCommand command, in RespValue reply) =>
        reply.IsError ? reply.Words
        : reply.IsNull ? "the server answered nil"
        : Table.TryGetValue(command.Name, out Func<RedisCommand, RespValue, string?>? find) ? find(command, reply)
        : null;

    /// <summary>Returns why a reply does not mean that a command is queued in a transaction; null if it is.</summary>
    public static string? FaultOfQueued(in RespValue reply) =>
        reply.IsError ? reply.Words
        : reply.Kind == RespKind.SimpleString && reply.Text == "QUEUED" ? null
        : Unlike(reply, "QUEUED");

    private static string? Ok(RedisCommand command, RespValue reply) =>
        reply.Kind == RespKind.SimpleString && reply.Text == "OK" ? null : Unlike(reply, "OK");

    private static string? Count(RedisCommand command, RespValue reply) =>
        reply.Kind == RespKind.Integer && reply.Integer >= 0 ? null : Unlike(reply, "a number");

    private static string? Length(RedisCommand command, RespValue reply) =>
        reply.Kind == RespKind.Integer && reply.Integer > 0 ? null : Unlike(reply, "the new length");

    private static string? Array(RedisCommand command, RespValue reply) =>
        reply.Kind == RespKind.Array && !HasError(reply) ? null : Unlike(reply, "an array");

    /// <summary>LPOP and RPOP return one element or, with a count, an array. Nil was refused before.</summary>
    private static string? Popped(RedisCommand command, RespValue reply) =>
        reply.Kind == RespKind.BulkString || (reply.Kind == RespKind.Array && !HasError(reply)) ? null : Unlike(reply, "elements");

    private static string? Group(RedisCommand command, RespValue reply) =>
        command.Arguments.Span[1].Span.SequenceEqual("CREATE"u8) || command.Arguments.Span[1].Span.SequenceEqual("SETID"u8)
            ? Ok(command, reply)
            : Count(command, reply);

    /// <summary>The reply is a code for each field: HPEXPIREAT key time FIELDS count field…</summary>
    private static string? FieldExpiry(RedisCommand command, RespValue reply)
    {
        int fields = command.Arguments.Length - 5;
        if (reply.Kind != RespKind.Array || reply.Items.Length != fields)
        {
            return Unlike(reply, "a code for each field");
        }

        foreach (RespValue code in reply.Items.Span)
        {
            if (code.Kind != RespKind.Integer || code.Integer is not (ExpirySet or FieldDeletedAtOnce))
            {
                return code.Integer == FieldMissing ? "a field is not there" : $"the server answered {code} for a field";
            }
        }

        return null;
    }

    /// <summary>Kvrocks returns the number of bytes of the batch.</summary>
    private static string? Applied(RedisCommand command, RespValue reply) =>
        Ok(command, reply) is null
        || (reply.Kind == RespKind.Integer && reply.Integer == command.Arguments.Span[1].Length)
            ? null
            : Unlike(reply, "the size of the batch");

    private static string? Done(RespValue reply, string zero) =>
        reply.Kind != RespKind.Integer || reply.Integer is < 0 or > 1 ? Unlike(reply, "1")
        : reply.Integer == 0 ? zero
        : null;

    private static bool HasError(RespValue reply)
    {
        foreach (RespValue item in reply.Items.Span)
        {
            if (item.IsError)
            {
                return true;
            }
        }

        return false;
    }

    private static string Unlike(RespValue reply, string expected) => $"the server answered {Shown(reply)} instead of {expected}";

    private static string Shown(RespValue reply) =>
        reply.Kind switch
        {
            RespKind.Array when reply.Items.Length > 0 && HasError(reply) => "an array with an error",
            RespKind.Array => string.Create(CultureInfo.InvariantCulture, $"an array of {reply.Items.Length}"),
            RespKind.Integer => reply.Text,
            _ => $"'{reply}'",
        };
}
