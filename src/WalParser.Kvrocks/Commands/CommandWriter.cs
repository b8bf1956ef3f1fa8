namespace WalParser.Kvrocks.Commands;

/// <summary>Collects the commands for one key.</summary>
internal sealed class CommandWriter(ulong sequence, ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key)
{
    /// <summary>How many elements a command has at the most: a server does nothing else while it runs one.</summary>
    public const int MaxElements = 512;

    private readonly List<RedisCommand> _commands = [];
    private readonly List<RedisCommand> _newer = [];

    public ulong Sequence => sequence;

    public ReadOnlyMemory<byte> Namespace => ns;

    public ReadOnlyMemory<byte> Key => key;

    /// <summary>Whether all commands are such as only newer servers take.</summary>
    public bool IsNewer { get; set; }

    /// <summary>What every server takes.</summary>
    public IReadOnlyList<RedisCommand> Commands => _commands;

    /// <summary>What only newer servers take. These do not go into a transaction, which would fail as a whole.</summary>
    public IReadOnlyList<RedisCommand> NewerCommands => _newer;

    /// <summary>Writes a command.</summary>
    /// <param name="name">The name; of two words, if the key stands behind the second.</param>
    /// <param name="arguments">What stands behind the key.</param>
    public void Write(string name, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments) => Add(IsNewer ? _newer : _commands, name, arguments);

    /// <summary>Writes a command that is for no key.</summary>
    public void WriteKeyless(string name) => _commands.Add(new RedisCommand(sequence, ns, new[] { Argument.Of(name) }));

    /// <summary>Writes a command that servers may not know.</summary>
    public void WriteNewer(string name, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments) => Add(_newer, name, arguments);

    /// <summary>Writes as many commands as it takes for all elements.</summary>
    /// <param name="name">The name.</param>
    /// <param name="elements">The elements, one behind the other.</param>
    /// <param name="width">How many arguments an element has.</param>
    /// <param name="first">What stands between the key and the elements of each command.</param>
    public void WriteElements(string name, List<ReadOnlyMemory<byte>> elements, int width = 1, params ReadOnlyMemory<byte>[] first)
    {
        int step = MaxElements * width;
        for (int start = 0; start < elements.Count; start += step)
        {
            Write(name, [.. first, .. elements.GetRange(start, Math.Min(step, elements.Count - start))]);
        }
    }

    /// <summary>Adds the commands for another key that belong here.</summary>
    public void Append(CommandWriter other) => (IsNewer ? _newer : _commands).AddRange(other._commands);

    private void Add(List<RedisCommand> commands, string name, ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        int space = name.IndexOf(' ', StringComparison.Ordinal);
        ReadOnlyMemory<byte>[] all = space < 0
            ? [Argument.Of(name), key, .. arguments]
            : [Argument.Of(name[..space]), Argument.Of(name[(space + 1)..]), key, .. arguments];
        commands.Add(new RedisCommand(sequence, ns, all));
    }
}
