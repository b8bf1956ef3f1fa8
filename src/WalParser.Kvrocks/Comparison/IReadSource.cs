using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>What a comparison reads: one server, or the masters of a cluster. Thread-safe.</summary>
internal interface IReadSource : IAsyncDisposable
{
    /// <summary>Sends a command that only reads, and that may therefore be sent several times.</summary>
    /// <returns>The reply, and the connection over which it arrived.</returns>
    /// <exception cref="RedisException">The connection is lost, or the cluster does not serve the slot of the key.</exception>
    Task<(RespValue Reply, RedisConnection Connection)> AskAsync(ReadOnlyMemory<byte>[] command, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the keys of the selected database, in pages. Keys that are there during the whole time are listed at least once.
    /// </summary>
    /// <param name="pageSize">The approximate number of keys of a page.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <exception cref="RedisException">The connection is lost, or the cluster does not come to rest.</exception>
    IAsyncEnumerable<RespValue[]> ListAsync(int pageSize, CancellationToken cancellationToken);

    /// <summary>Returns whether a key is the checkpoint of a replay with this name.</summary>
    bool IsCheckpoint(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> key);
}
