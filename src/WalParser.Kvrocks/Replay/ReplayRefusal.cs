using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>A command that the server did not carry out.</summary>
/// <param name="Command">The command; <see cref="RedisCommand.Sequence"/> is that of its batch. Of a raw replay, APPLYBATCH and the batch as it was sent.</param>
/// <param name="Message">What the server said.</param>
public sealed record ReplayRefusal(RedisCommand Command, string Message);
