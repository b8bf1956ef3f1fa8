using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.Replay;

/// <summary>Finds the keys of a command that a replay sends.</summary>
internal static class RefusedCommand
{
    /// <summary>Returns the keys that the command changes; null if it changes all keys of a namespace, and empty if it has none.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? KeysOf(RedisCommand command)
    {
        ReadOnlySpan<ReadOnlyMemory<byte>> arguments = command.Arguments.Span;
        return command.Name switch
        {
            "FLUSHDB" or "FLUSHALL" => null,
            "APPLYBATCH" => [],
            "XGROUP" => [arguments[2]],
            "RENAME" or "COPY" => [arguments[1], arguments[2]],
            _ => arguments.Length > 1 ? [arguments[1]] : [],
        };
    }
}
