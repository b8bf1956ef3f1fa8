using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Sends what a replay has to send: to one server, or to the nodes of a cluster.</summary>
internal interface IReplaySender : IAsyncDisposable
{
    /// <summary>Sends the commands of a unit without waiting for the replies, which the unit receives.</summary>
    /// <exception cref="RedisException">The connection is lost. The unit contains every command that may have been sent.</exception>
    ValueTask SendAsync(ReplayUnit unit, IReadOnlyList<RedisCommand> commands);

    /// <summary>Does what is necessary for the replies to arrive.</summary>
    /// <exception cref="RedisException">They will not arrive.</exception>
    Task SettleAsync();

    /// <summary>Sends commands that may be sent several times, and returns their replies.</summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    Task<RespValue[]> AskAsync(IReadOnlyList<RedisCommand> commands);

    /// <summary>Waits until replicas have received everything that was sent (WAIT), at most for a time. Returns the reply of each master.</summary>
    /// <exception cref="RedisException">A connection is lost.</exception>
    Task<RespValue[]> WaitForReplicasAsync(int count, TimeSpan limit);

    /// <summary>Ends every wait for a reply as if the connection was lost. May be called at any time.</summary>
    void Abort();
}
