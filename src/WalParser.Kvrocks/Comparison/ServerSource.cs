using System.Runtime.CompilerServices;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>One server, over one connection.</summary>
internal sealed class ServerSource(RedisConnection connection, RedisEndpoint endpoint) : IReadSource
{
    public async Task<(RespValue Reply, RedisConnection Connection)> AskAsync(
        ReadOnlyMemory<byte>[] command, CancellationToken cancellationToken) =>
        (await connection.ExecuteAsync(command, cancellationToken).ConfigureAwait(false), connection);

    public async IAsyncEnumerable<RespValue[]> ListAsync(
        int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var server = new ReadServer(AskAsync, endpoint, cancellationToken);
        ScanCursor cursor = ScanCursor.Start;
        do
        {
            (cursor, RespValue[] page) =
                await server.ScanAsync(cursor, "SCAN", cursor.Bytes, "COUNT", pageSize).ConfigureAwait(false);
            yield return page;
        }
        while (!cursor.IsEnd);
    }

    public bool IsCheckpoint(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> key) => name.Span.SequenceEqual(key.Span);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
