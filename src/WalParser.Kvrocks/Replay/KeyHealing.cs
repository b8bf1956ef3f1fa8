using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Brings keys to the state that the logs show, when it is not known which of the batches that changed them the server has executed, or
/// which of their commands it has refused. It has the same result however often it is done.
/// <para>
/// The type of each key is looked at first: a key of a type that the logs did not give it is another's, and is not overwritten.
/// </para>
/// </summary>
internal sealed class KeyHealing(CommandConverter converter, ReplayPipeline pipeline, ReplayScript script, ReplayTally tally)
{
    /// <summary>The number of keys whose types are asked for, and whose commands are in memory, at once.</summary>
    private const int KeysAtOnce = 256;

    /// <summary>The number of keys that were brought to their state.</summary>
    public long HealedCount { get; private set; }

    /// <summary>The number of keys whose state cannot be confirmed, because the logs do not have all of their elements.</summary>
    public long UnconfirmedCount { get; private set; }

    /// <summary>Heals keys, until the replay stops because of a refusal, and waits for the replies.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="last">The sequence number of the state.</param>
    /// <param name="select">Checks that the databases of commands exist before they are used.</param>
    public async Task HealAsync(IEnumerable<TouchedKey> keys, ulong last, Func<IReadOnlyList<RedisCommand>, ValueTask> select)
    {
        foreach (TouchedKey[] chunk in keys.Chunk(KeysAtOnce))
        {
            List<(TouchedKey Key, KeyRepair Repair)> repairs =
            [
                .. chunk
                    .Select(key => (Key: key, Repair: converter.Repair(key)))
                    .Where(one => one.Repair.Commands.Count > 0 || !one.Repair.IsCertain),
            ];
            RedisCommand[] asked = [.. repairs.Select(one => TypeOf(one.Key))];
            await select(asked).ConfigureAwait(false);
            string?[] faults = await FaultsAsync(repairs, asked).ConfigureAwait(false);
            for (int i = 0; i < faults.Length; i++)
            {
                (TouchedKey key, KeyRepair repair) = repairs[i];
                bool isUnseen = repair.Commands.Count == 0 && key.IsOnlyNamed;
                if (faults[i] is { } fault && !isUnseen)
                {
                    RedisCommand named = repair.Commands.Count > 0 ? repair.Commands[^1] : asked[i];
                    pipeline.Refuse(new ReplayRefusal(named, fault));
                }
                else
                {
                    string reason = isUnseen ? "these logs do not contain the key" : "its elements are not all in the logs";
                    await HealAsync(key, repair, asked[i], last, reason).ConfigureAwait(false);
                }
            }

            if (pipeline.IsStopped)
            {
                break;
            }
        }

        await pipeline.FinishAsync().ConfigureAwait(false);
    }

    private async Task HealAsync(TouchedKey key, KeyRepair repair, RedisCommand asked, ulong last, string reason)
    {
        if (!repair.IsCertain)
        {
            UnconfirmedCount++;
            pipeline.Refuse(new ReplayRefusal(asked, reason) { IsUnconfirmed = true });
        }
        else
        {
            HealedCount++;
        }

        if (repair.Commands.Count > 0)
        {
            await pipeline.SendAsync(new ReplayUnit(key.Sequence, last, isBatch: false), Script).ConfigureAwait(false);
        }

        IReadOnlyList<RedisCommand> Script()
        {
            tally.Add(repair.Commands);
            return script.Batch(repair.Commands, checkpoint: null);
        }
    }

    /// <summary>Returns why keys must not be changed; null for those that may be.</summary>
    private async Task<string?[]> FaultsAsync(List<(TouchedKey Key, KeyRepair Repair)> repairs, RedisCommand[] asked)
    {
        IReadOnlyList<RedisCommand> sent = script.Plain(asked);
        RespValue[] replies = await pipeline.AskAsync(sent).ConfigureAwait(false);
        string?[] faults = new string?[asked.Length];
        int next = 0;
        string? notSelected = null;
        for (int i = 0; i < sent.Count; i++)
        {
            if (sent[i].IsFrame)
            {
                notSelected = ExpectedReply.FaultOf(sent[i], replies[i]);
                continue;
            }

            (TouchedKey key, KeyRepair repair) = repairs[next];
            faults[next++] = notSelected ?? FaultOf(key, repair, replies[i]);
        }

        return faults;
    }

    private string? FaultOf(TouchedKey key, KeyRepair repair, RespValue reply)
    {
        if (reply.Kind != RespKind.SimpleString)
        {
            return reply.IsError ? reply.Words : $"the server answered '{reply}' instead of the type of the key";
        }

        string type = reply.Words;
        bool isReplaced = repair.Commands.Count > 0 && repair.Commands[0].Name == "DEL";
        return type == "none" || converter.ServerTypesOf(key).Contains(type) || (key.IsUnknownBefore && isReplaced)
            ? null
            : $"the key is a {type} on the server, which these logs did not write there; delete or rename it";
    }

    private static RedisCommand TypeOf(TouchedKey key) =>
        new(key.Sequence, key.Namespace, new[] { Argument.Of("TYPE"), key.Key });
}
