using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Asks a server for the content of keys, with commands that only read. A reply that is an error, or not of the form that the command has,
/// ends the comparison.
/// </summary>
/// <param name="ask">Sends a command; returns the reply, and the connection over which it arrived.</param>
/// <param name="endpoint">The address of the server.</param>
/// <param name="cancellationToken">Ends the wait for replies.</param>
internal sealed class ReadServer(
    Func<ReadOnlyMemory<byte>[], CancellationToken, Task<(RespValue Reply, RedisConnection Connection)>> ask,
    RedisEndpoint endpoint,
    CancellationToken cancellationToken)
{
    /// <summary>The size of the pages in which large values are read, in bytes.</summary>
    public const int PageSize = 256 * 1024;

    private const int LeastElements = 10;
    private const int MostElements = 1000;

    /// <summary>Whether the server knows HPEXPIRETIME; null if it was not asked yet.</summary>
    public bool? KnowsFieldExpiry { get; set; }

    /// <summary>Returns the number of elements of which a page is about <see cref="PageSize"/> bytes.</summary>
    /// <param name="size">The size of all elements, in bytes.</param>
    /// <param name="count">The number of elements.</param>
    public static int ElementsPerPage(long size, long count) =>
        (int)Math.Clamp(PageSize / Math.Max(1, size / Math.Max(1, count)), LeastElements, MostElements);

    /// <summary>Encodes an argument: bytes, text, or a number.</summary>
    public static ReadOnlyMemory<byte> Argument(object value) => value switch
    {
        ReadOnlyMemory<byte> bytes => bytes,
        byte[] bytes => bytes,
        _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture)!),
    };

    /// <summary>Sends a command; returns null if the server does not know it.</summary>
    public async Task<RespValue?> TryAskAsync(params object[] command) => (await SendAsync(command).ConfigureAwait(false)).Reply;

    /// <summary>Sends a command that every server knows.</summary>
    public async Task<RespValue> AskAsync(params object[] command) =>
        await TryAskAsync(command).ConfigureAwait(false) ?? throw Refused(command, "unknown command");

    /// <summary>Sends a command whose reply is a number.</summary>
    public async Task<long> NumberAsync(params object[] command)
    {
        RespValue reply = await AskAsync(command).ConfigureAwait(false);
        return reply.Kind == RespKind.Integer ? reply.Integer : throw Unexpected(command, reply);
    }

    /// <summary>Sends a command whose reply is bytes; a key that is not there has none.</summary>
    public async Task<ReadOnlyMemory<byte>> BytesAsync(params object[] command)
    {
        RespValue reply = await AskAsync(command).ConfigureAwait(false);
        return reply.Kind is RespKind.BulkString or RespKind.SimpleString or RespKind.Null ? reply.Bytes : throw Unexpected(command, reply);
    }

    /// <summary>Sends a command whose reply is an array; a key that is not there has an empty one.</summary>
    public async Task<RespValue[]> ItemsAsync(params object[] command)
    {
        RespValue reply = await AskAsync(command).ConfigureAwait(false);
        return reply.Kind is RespKind.Array or RespKind.Null ? reply.Items.ToArray() : throw Unexpected(command, reply);
    }

    /// <summary>Sends SCAN or one of its kind; returns the next cursor and the items of the page.</summary>
    /// <param name="cursor">The cursor that is part of the command.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="KeyMovedException">Another node answered than the one from which the cursor is.</exception>
    public async Task<(ScanCursor Cursor, RespValue[] Items)> ScanAsync(ScanCursor cursor, params object[] command)
    {
        (RespValue? told, RedisConnection connection) = await SendAsync(command).ConfigureAwait(false);
        if (cursor.Connection is { } earlier && !ReferenceEquals(earlier, connection))
        {
            throw new KeyMovedException();
        }

        RespValue reply = told ?? throw Refused(command, "unknown command");
        ReadOnlySpan<RespValue> parts = reply.Items.Span;
        return parts.Length == 2 && parts[0].Kind == RespKind.BulkString && parts[1].Kind == RespKind.Array
            ? (new ScanCursor(parts[0].Bytes, connection), parts[1].Items.ToArray())
            : throw Unexpected(command, reply);
    }

    /// <summary>Returns the fields of a reply that alternates names and values.</summary>
    public Dictionary<string, RespValue> FieldsOf(RespValue reply, params object[] command)
    {
        ReadOnlySpan<RespValue> items = reply.Items.Span;
        if (items.Length % 2 != 0)
        {
            throw Unexpected(command, reply);
        }

        Dictionary<string, RespValue> fields = [];
        for (int i = 0; i < items.Length; i += 2)
        {
            fields[items[i].Text] = items[i + 1];
        }

        return fields;
    }

    /// <summary>Returns the time of the server, in milliseconds since 1970; null if the server does not tell.</summary>
    public async Task<long?> TimeAsync()
    {
        RespValue? reply = await TryAskAsync("TIME").ConfigureAwait(false);
        return reply is { Items: { Length: 2 } items }
            && long.TryParse(items.Span[0].Text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            && long.TryParse(items.Span[1].Text, NumberStyles.None, CultureInfo.InvariantCulture, out long micros)
            && seconds < long.MaxValue / 2000
                ? (seconds * 1000) + (micros / 1000)
                : null;
    }

    /// <summary>Returns the exception for a reply that is not of the form that the command has.</summary>
    public RedisException Unexpected(object[] command, RespValue reply) => new(
        RedisErrorKind.Protocol,
        $"{endpoint} answered {NameOf(command)} with '{Cut(reply.ToString())}', which is no reply to this command.");

    /// <summary>Sends a command; returns null instead of a reply if the server does not know it.</summary>
    private async Task<(RespValue? Reply, RedisConnection Connection)> SendAsync(object[] command)
    {
        (RespValue reply, RedisConnection connection) =
            await ask(Array.ConvertAll(command, Argument), cancellationToken).ConfigureAwait(false);
        if (!reply.IsError)
        {
            return (reply, connection);
        }

        string text = reply.Text;
        return text.StartsWith("ERR unknown command", StringComparison.OrdinalIgnoreCase) ? (null, connection)
            : text.StartsWith("WRONGTYPE", StringComparison.Ordinal)
                || text.EndsWith("WRONGTYPE Operation against a key holding the wrong kind of value", StringComparison.Ordinal)
                ? throw new KeyChangedException()
            : throw Refused(command, text);
    }

    private RedisException Refused(object[] command, string text)
    {
        // A node that tells its slots is not asked for keys of others, so this one did not tell them.
        string advice = text.StartsWith("MOVED ", StringComparison.Ordinal)
            ? ". It is a node of a cluster, but did not tell which node has which slots: permit the user CLUSTER SLOTS and CLUSTER NODES."
            : "";
        return new RedisException(RedisErrorKind.Refused, $"{endpoint} refused {NameOf(command)}: {Cut(text)}{advice}");
    }

    private static string NameOf(object[] command) =>
        command[0] is "XINFO" ? $"{command[0]} {command[1]}" : (string)command[0];

    private static string Cut(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
