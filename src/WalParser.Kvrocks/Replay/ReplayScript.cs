using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Puts around commands what they need on the way: the database that they are for, and the checkpoint. Not to be used for what is not sent then: it
/// keeps in mind which database is selected.
/// </summary>
internal sealed class ReplayScript(ReplayOptions options, int database)
{
    private readonly HashSet<int> _seen = [database];

    /// <summary>The selected database; null if that depends on replies which have not come.</summary>
    private int? _selected = database;

    /// <summary>The databases that commands go into and that have not been asked for before.</summary>
    public IEnumerable<int> NewDatabases(IReadOnlyList<RedisCommand> commands) =>
        options.DatabaseOf is null ? [] : [.. commands.Select(command => options.DatabaseOf(command.Namespace)).Distinct().Where(_seen.Add)];

    /// <summary>The database was selected by other means than this, or perhaps.</summary>
    public void Forget() => _selected = null;

    /// <summary>Commands that are no batch's.</summary>
    public IReadOnlyList<RedisCommand> Plain(IReadOnlyList<RedisCommand> commands)
    {
        List<RedisCommand> script = [];
        foreach (RedisCommand command in commands)
        {
            Add(script, command);
        }

        return script;
    }

    /// <summary>The commands of a batch, with the checkpoint.</summary>
    /// <param name="commands">What it comes to.</param>
    /// <param name="before">The last number before it.</param>
    /// <param name="last">Its own last number.</param>
    public IReadOnlyList<RedisCommand> Batch(IReadOnlyList<RedisCommand> commands, ulong before, ulong last)
    {
        List<RedisCommand> script = [];
        List<RedisCommand> together = [.. commands.Where(command => !command.IsApart && command.Name is not ("MULTI" or "EXEC"))];
        List<RedisCommand> apart = [.. commands.Where(command => command.IsApart)];
        bool isTransaction = together.Count > 1 || (together.Count > 0 && options.CheckpointKey is not null);
        if (isTransaction)
        {
            // Outside: within, it would not happen if the server gives the transaction up.
            Select(script, together[0]);
            script.Add(Bare("MULTI", together[0]));
        }

        foreach (RedisCommand command in together)
        {
            Add(script, command);
        }

        bool hasSelectedWithin = options.DatabaseOf is not null && together.Select(command => options.DatabaseOf(command.Namespace)).Distinct().Count() > 1;
        if (isTransaction)
        {
            if (options.CheckpointKey is not null)
            {
                var checkpoint = apart.Count > 0 ? new Checkpoint(before, commands[0].Sequence) : new Checkpoint(last);
                hasSelectedWithin |= AddCheckpoint(script, commands[0].Sequence, checkpoint);
            }

            script.Add(Bare("EXEC", together[^1]));
            _selected = hasSelectedWithin ? null : _selected;
        }

        foreach (RedisCommand command in apart)
        {
            Add(script, command);
        }

        if (apart.Count > 0 && options.CheckpointKey is not null)
        {
            AddCheckpoint(script, commands[0].Sequence, new Checkpoint(last));
        }

        return script;

        static RedisCommand Bare(string name, RedisCommand other) => other with { Arguments = new[] { Argument.Of(name) } };
    }

    /// <summary>Sets the checkpoint by itself.</summary>
    public IReadOnlyList<RedisCommand> SetCheckpoint(ulong last)
    {
        List<RedisCommand> script = [];
        AddCheckpoint(script, last, new Checkpoint(last));
        return script;
    }

    /// <summary>Adds a SET, and returns whether the database had to be selected for it.</summary>
    private bool AddCheckpoint(List<RedisCommand> script, ulong sequence, Checkpoint checkpoint)
    {
        bool isElsewhere = _selected != database;
        if (isElsewhere)
        {
            Select(script, sequence, default, database);
        }

        script.Add(new RedisCommand(sequence, default, new[] { Argument.Of("SET"), options.CheckpointKey!.Value, checkpoint.ToBytes() }));
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
        script.Add(new RedisCommand(sequence, ns, new[] { Argument.Of("SELECT"), Argument.Of(number) }));
        _selected = number;
    }
}
