using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Cluster;

/// <summary>Finds the slot of a command. The commands for a cluster have keys in one slot only.</summary>
internal static class CommandSlot
{
    /// <summary>Returns the slot of the command's key; null if it has none, as MULTI and EXEC.</summary>
    public static int? Of(RedisCommand command) => Of(command.Arguments.Span);

    /// <inheritdoc cref="Of(RedisCommand)"/>
    public static int? Of(ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        bool hasSubcommand = arguments[0].Span.SequenceEqual("XGROUP"u8) || arguments[0].Span.SequenceEqual("XINFO"u8);
        int at = hasSubcommand ? 2 : 1;
        return arguments.Length > at ? RedisSlot.Of(arguments[at].Span) : null;
    }

    /// <summary>
    /// Returns the commands of each slot, in their order; the slots in the order of their first commands. MULTI and EXEC are left out.
    /// </summary>
    public static IReadOnlyList<(int Slot, IReadOnlyList<RedisCommand> Commands)> Split(IReadOnlyList<RedisCommand> commands)
    {
        OrderedDictionary<int, List<RedisCommand>> parts = [];
        foreach (RedisCommand command in commands)
        {
            if (Of(command) is not { } slot)
            {
                continue;
            }

            if (!parts.TryGetValue(slot, out List<RedisCommand>? part))
            {
                part = [];
                parts.Add(slot, part);
            }

            part.Add(command);
        }

        return [.. parts.Select(part => (part.Key, (IReadOnlyList<RedisCommand>)part.Value))];
    }
}
