using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>A command that the server refused.</summary>
/// <param name="Command">
/// The command; <see cref="RedisCommand.Sequence"/> is that of its batch. For a raw replay, APPLYBATCH and the batch as it was sent.
/// </param>
/// <param name="Message">The error message of the server, or in what way its reply is not that of a command that was carried out.</param>
public sealed record ReplayRefusal(RedisCommand Command, string Message)
{
    /// <summary>
    /// Whether the command is not one of the batch: it frames a transaction, selects a database or sets the checkpoint.
    /// </summary>
    public bool IsFrame => Command.IsFrame;

    /// <summary>
    /// Whether the command was not executed because the server refused another command of the same transaction, or the transaction.
    /// </summary>
    public bool IsConsequence { get; init; }

    /// <summary>
    /// Whether the key cannot be brought to its state, because the log does not contain it, or not all of its elements. Nothing was sent.
    /// </summary>
    public bool IsUnconfirmed { get; init; }
}
