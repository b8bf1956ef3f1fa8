using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>Counts what a replay sends.</summary>
internal sealed class ReplayTally
{
    private readonly Dictionary<string, long> _commands = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Commands => _commands;

    /// <summary>The number of batches with commands.</summary>
    public long Batches { get; private set; }

    public ulong? FirstSequence { get; private set; }

    public ulong? LastSequence { get; private set; }

    public void AddBatch(ulong sequence, ulong last, IReadOnlyList<RedisCommand> commands)
    {
        Batches++;
        FirstSequence ??= sequence;
        LastSequence = last;
        Add(commands);
    }

    public void Add(IReadOnlyList<RedisCommand> commands)
    {
        foreach (string name in commands.Select(command => command.Name).Where(name => name is not ("MULTI" or "EXEC")))
        {
            _commands[name] = _commands.GetValueOrDefault(name) + 1;
        }
    }
}
