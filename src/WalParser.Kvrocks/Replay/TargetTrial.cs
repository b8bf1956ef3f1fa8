using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Finds which commands a server would refuse, without executing them: they are queued in a transaction that is discarded. A server checks
/// a command when it is queued: whether it knows it, whether the user may run it, and whether writes are possible at all (READONLY, OOM,
/// MISCONF, NOREPLICAS). Each reply is awaited before the next command is sent, so that a server that executes commands instead of queueing
/// them receives no command that writes.
/// </summary>
internal static class TargetTrial
{
    /// <summary>The code of the error that a replica returns to a write.</summary>
    public const string ReadOnly = "READONLY";

    /// <summary>The name under which a server that has SET, but not its argument PXAT, is said to refuse it.</summary>
    public const string SetExpiry = "SET PXAT";

    // The states of a server in which it refuses every write, whatever the command is.
    private static readonly string[] States = [ReadOnly, "OOM", "MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN", "LOADING", "BUSY"];

    /// <summary>The commands of a replay, with arguments that a server accepts; the argument "?" stands for a key.</summary>
    private static readonly string[] Commands =
    [
        "SET ? x", "DEL ?", "PEXPIREAT ? 1", "PERSIST ?", "SETRANGE ? 0 x", "SETBIT ? 0 1", "COPY ? ?", "RENAME ? ?",
        "HSET ? f v", "HDEL ? f", "HPEXPIREAT ? 1 FIELDS 1 f",
        "RPUSH ? x", "LPUSH ? x", "LPOP ?", "RPOP ?", "LSET ? 0 x", "LTRIM ? 0 1", "LREM ? 0 x", "LINSERT ? BEFORE x y",
        "SADD ? x", "SREM ? x", "ZADD ? 1 x", "ZREM ? x",
        "XADD ? * f v", "XDEL ? 1-1", "XTRIM ? MAXLEN 1", "XSETID ? 1-1", "XGROUP CREATE ? g 1-1", "XCLAIM ? g c 0 1-1", "XACK ? g 1-1",
        "JSON.SET ? $ 1",
    ];

    private static readonly string[] KvrocksCommands =
    [
        "SIADD ? 1", "SIREM ? 1", "BITFIELD ? SET u8 0 1", "PFADD ? x", "PFMERGE ? ?", "BF.RESERVE ? 0.01 100",
        "TDIGEST.CREATE ?", "TDIGEST.ADD ? 1", "TS.CREATE ?", "TS.ADD ? 1 1",
    ];

    /// <summary>Tries the commands. Returns null if the server did not queue them, so that nothing is known.</summary>
    /// <param name="probe">The connection. If the transaction cannot be discarded, it remains in it.</param>
    /// <param name="isKvrocks">Whether commands that only Kvrocks has are tried.</param>
    /// <param name="isRaw">Whether APPLYBATCH is tried instead of the others.</param>
    /// <param name="checkpointKey">The key that a replay sets with each batch; null for none.</param>
    /// <param name="trialKey">The key of the commands; null for one that no other program has.</param>
    public static async Task<Dictionary<string, string>?> RunAsync(
        TargetQuestions probe, bool isKvrocks, bool isRaw, ReadOnlyMemory<byte>? checkpointKey, ReadOnlyMemory<byte>? trialKey = null)
    {
        RespValue begun = await probe.AskAsync("MULTI").ConfigureAwait(false);
        if (begun.IsError)
        {
            return IsCode(begun.Text, "NOPERM") ? new Dictionary<string, string> { ["MULTI"] = begun.Words } : null;
        }

        if (begun.Text != "OK")
        {
            return null;
        }

        // PING is harmless, so it shows whether the server queues. A full server queues no command at all.
        RespValue queued = await probe.AskAsync("PING").ConfigureAwait(false);
        if (queued.IsError || queued.Text != "QUEUED")
        {
            var state = new Dictionary<string, string> { ["PING"] = queued.Words };
            return queued.IsError && StateIn(state) is not null ? state : null;
        }

        Dictionary<string, string> refused = new(StringComparer.Ordinal);
        ReadOnlyMemory<byte> key = trialKey
            ?? Argument.Of(string.Create(CultureInfo.InvariantCulture, $"walparser:trial:{Guid.NewGuid():N}"));
        IEnumerable<string> commands = isRaw ? ["APPLYBATCH ?"] : isKvrocks ? [.. Commands, .. KvrocksCommands] : Commands;
        foreach (string[] words in commands.Select(command => command.Split(' ')))
        {
            ReadOnlyMemory<byte>[] arguments = [.. words.Select(word => word == "?" ? key : Argument.Of(word))];
            if (!await TryAsync(words[0], arguments).ConfigureAwait(false))
            {
                return null;
            }
        }

        if (checkpointKey is { } checkpoint
            && !await TryAsync("SET", [Argument.Of("SET"), checkpoint, Argument.Of("0")], isKeyMeant: true).ConfigureAwait(false))
        {
            return null;
        }

        RespValue discarded = await probe.AskAsync("DISCARD").ConfigureAwait(false);
        if (!isRaw && discarded.Text == "OK")
        {
            // A server queues a SET with any arguments. With XX, it sets only a key that is there, and this one is not.
            RespValue set = await probe.AskAsync(
                [Argument.Of("SET"), key, Argument.Of("x"), Argument.Of("XX"), Argument.Of("PXAT"), Argument.Of("1")])
                .ConfigureAwait(false);
            if (set.IsError && set.Text.Contains("syntax error", StringComparison.OrdinalIgnoreCase))
            {
                refused.TryAdd(SetExpiry, set.Text);
            }
        }

        return refused;

        async Task<bool> TryAsync(string name, ReadOnlyMemory<byte>[] arguments, bool isKeyMeant = false)
        {
            RespValue reply = await probe.AskAsync(arguments).ConfigureAwait(false);
            if (reply.IsError && (isKeyMeant || IsAboutCommand(reply.Text)))
            {
                refused.TryAdd(name, reply.Words);
            }

            return reply.IsError || reply.Text == "QUEUED";
        }
    }

    /// <summary>
    /// Returns the error of a server that refuses every write, in its present state or of this user, or null. <paramref name="refused"/> is
    /// the result of a trial.
    /// </summary>
    public static string? StateIn(IReadOnlyDictionary<string, string> refused) =>
        refused.Values.FirstOrDefault(message => Array.Exists(States, state => IsCode(message, state)))
        ?? (Array.TrueForAll(Commands, command => refused.ContainsKey(command.Split(' ')[0]))
            ? refused.Values.FirstOrDefault(message => IsCode(message, "NOPERM"))
            : null);

    public static bool IsUnknownCommand(string message) => message.Contains("unknown command", StringComparison.OrdinalIgnoreCase);

    public static bool IsCode(string message, string code) =>
        message.StartsWith(code, StringComparison.Ordinal) && (message.Length == code.Length || message[code.Length] == ' ');

    /// <summary>
    /// Whether an error is one that any key would have. It is not if the user has no right to the key of the trial (in Redis's words "a
    /// key", "one of the keys"), if another node of a cluster has the key, or if the server has other rules for arguments.
    /// </summary>
    private static bool IsAboutCommand(string message) =>
        IsUnknownCommand(message)
        || Array.Exists(States, state => IsCode(message, state))
        || (IsCode(message, "NOPERM") && !message.Contains("key", StringComparison.OrdinalIgnoreCase));
}
