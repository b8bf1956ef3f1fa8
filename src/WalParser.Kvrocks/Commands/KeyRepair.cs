namespace WalParser.Kvrocks.Commands;

/// <summary>How a server's key is brought to the state that the logs show, whatever part of the batches it has executed.</summary>
/// <param name="Commands">The commands, which have the same effect if they are run again. Empty if there is nothing to do.</param>
/// <param name="IsCertain">
/// Whether the key then has that state. It may not if the logs do not contain all of its elements, so that it cannot be created anew.
/// </param>
internal sealed record KeyRepair(IReadOnlyList<RedisCommand> Commands, bool IsCertain);
