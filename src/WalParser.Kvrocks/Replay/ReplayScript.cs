using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Adds the commands that a replay needs: those that select a database, frame a transaction and set the checkpoint. Every script that is
/// created must be sent, because this class tracks the selected database.
/// </summary>
internal sealed class ReplayScript(ReplayOptions options, int database)
{
    private readonly HashSet<int> _seen = [database];

    /// <summary>The selected database; null if it depends on replies that have not arrived yet.</summary>
    private int? _selected = database;

    /// <summary>Returns the databases of the commands that no earlier call returned.</summary>
    public IEnumerable<int> NewDatabases(IReadOnlyList<RedisCommand> commands) =>
        options.DatabaseOf is null
            ? []
            : [.. commands.Select(command => options.DatabaseOf(command.Namespace)).Distinct().Where(_seen.Add)];

    /// <summary>Records that the selected database is unknown, because a command outside of the scripts may have changed it.</summary>
    public void Forget() => _selected = null;

    /// <summary>Returns a script for commands that do not belong to a batch.</summary>
    public IReadOnlyList<RedisCommand> Plain(IReadOnlyList<RedisCommand> commands)
    {
        List<RedisCommand> script = [];
        foreach (RedisCommand command in commands)
        {
            Add(script, command);
        }

        return script;
    }

    /// <summary>
    /// Returns a script for the commands of a batch: one transaction with the checkpoint. Commands that only newer servers know are part of
    /// it, so that a server that refuses them does not execute the batch in part.
    /// </summary>
    /// <param name="commands">The commands of the batch.</param>
    /// <param name="checkpoint">The checkpoint after the batch; null for none.</param>
    /// <param name="key">The key of the checkpoint; null for that of the options.</param>
    public IReadOnlyList<RedisCommand> Batch(
        IReadOnlyList<RedisCommand> commands, Checkpoint? checkpoint, ReadOnlyMemory<byte>? key = null)
    {
        List<RedisCommand> script = [];
        List<RedisCommand> together = [.. commands.Where(command => command.Name is not ("MULTI" or "EXEC"))];
        bool isTransaction = together.Count > 1 || checkpoint is not null;
        if (isTransaction)
        {
            // SELECT precedes MULTI, because within the transaction it would have no effect if the server aborts the transaction.
            Select(script, together[0]);
            script.Add(Bare("MULTI", together[0]));
        }

        foreach (RedisCommand command in together)
        {
            Add(script, command);
        }

        bool hasSelectedWithin = options.DatabaseOf is not null
            && together.Select(command => options.DatabaseOf(command.Namespace)).Distinct().Count() > 1;
        if (isTransaction)
        {
            if (checkpoint is not null)
            {
                hasSelectedWithin |= AddCheckpoint(script, commands[0].Sequence, checkpoint, key);
            }

            script.Add(Bare("EXEC", together[^1]));
            _selected = hasSelectedWithin ? null : _selected;
        }

        return script;

        static RedisCommand Bare(string name, RedisCommand other) =>
            other with { Arguments = new[] { Argument.Of(name) }, IsFrame = true };
    }

    /// <summary>Returns a script that only sets the checkpoint.</summary>
    public IReadOnlyList<RedisCommand> SetCheckpoint(Checkpoint checkpoint, ReadOnlyMemory<byte>? key = null)
    {
        List<RedisCommand> script = [];
        AddCheckpoint(script, checkpoint.Executed, checkpoint, key);
        return script;
    }

    /// <summary>Adds a SET. Returns true if a SELECT was necessary before it.</summary>
    private bool AddCheckpoint(List<RedisCommand> script, ulong sequence, Checkpoint checkpoint, ReadOnlyMemory<byte>? key)
    {
        bool isElsewhere = _selected != database;
        if (isElsewhere)
        {
            Select(script, sequence, default, database);
        }

        ReadOnlyMemory<byte>[] set = [Argument.Of("SET"), key ?? options.CheckpointKey!.Value, checkpoint.ToBytes()];
        script.Add(new RedisCommand(sequence, default, set) { IsFrame = true });
        return isElsewhere;
    }

    private void Add(List<RedisCommand> script, RedisCommand command)
    {
        Select(script, command);
        script.Add(command);
    }

    private void Select(List<RedisCommand> script, RedisCommand command)
    {
        if (options.DatabaseOf is not null && options.DatabaseOf(command.Namespace) is var wanted && wanted != _selected)
        {
            Select(script, command.Sequence, command.Namespace, wanted);
        }
        else if (options.DatabaseOf is null && _selected != database)
        {
            Select(script, command.Sequence, command.Namespace, database);
        }
    }

    private void Select(List<RedisCommand> script, ulong sequence, ReadOnlyMemory<byte> ns, int number)
    {
        script.Add(new RedisCommand(sequence, ns, new[] { Argument.Of("SELECT"), Argument.Of(number) }) { IsFrame = true });
        _selected = number;
    }
}
