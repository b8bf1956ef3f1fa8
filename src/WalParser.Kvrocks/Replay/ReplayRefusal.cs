using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>A command that the server refused.</summary>
/// <param name="Command">
/// The command; <see cref="RedisCommand.Sequence"/> is that of its batch. For a raw replay, APPLYBATCH and the batch as it was sent.
/// </param>
/// <param name="Message">The error message of the server.</param>
public sealed record ReplayRefusal(RedisCommand Command, string Message);
