namespace WalParser.Kvrocks.Commands;

/// <summary>Collects the commands for one key.</summary>
internal sealed class CommandWriter(ulong sequence, ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key)
{
    /// <summary>The limit of elements in one command: a server does nothing else while it runs a command.</summary>
    public const int MaxElements = 512;

    private readonly List<RedisCommand> _commands = [];
    private readonly List<RedisCommand> _newer = [];
    private readonly List<RedisCommand> _last = [];

    public ulong Sequence => sequence;

    public ReadOnlyMemory<byte> Namespace => ns;

    public ReadOnlyMemory<byte> Key => key;

    /// <summary>Whether all commands are known to newer servers only.</summary>
    public bool IsNewer { get; set; }

    /// <summary>The commands that every server knows.</summary>
    public IReadOnlyList<RedisCommand> Commands => _commands;

    /// <summary>The commands that only newer servers know. They do not belong in a transaction, which would fail as a whole.</summary>
    public IReadOnlyList<RedisCommand> NewerCommands => _newer;

    /// <summary>The commands that follow after those for all other keys, because they need another key.</summary>
    public IReadOnlyList<RedisCommand> LastCommands => _last;

    /// <summary>The number of commands of all kinds.</summary>
    public int Count => _commands.Count + _newer.Count + _last.Count;

    /// <summary>Writes a command.</summary>
    /// <param name="name">The name; two words if the key follows after the second.</param>
    /// <param name="arguments">The arguments after the key.</param>
    public void Write(string name, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments) =>
        Add(IsNewer ? _newer : _commands, name, arguments);

    /// <summary>Writes a command that has no key.</summary>
    public void WriteKeyless(string name) => _commands.Add(new RedisCommand(sequence, ns, new[] { Argument.Of(name) }));

    /// <summary>Writes a command that only newer servers know.</summary>
    public void WriteNewer(string name, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments) => Add(_newer, name, arguments);

    /// <summary>Writes a command that follows after those for all other keys.</summary>
    /// <param name="otherKey">The key that the command names first.</param>
    /// <param name="name">The name.</param>
    /// <param name="arguments">The arguments after that key.</param>
    public void WriteLast(ReadOnlyMemory<byte> otherKey, string name, params ReadOnlySpan<ReadOnlyMemory<byte>> arguments) =>
        _last.Add(new RedisCommand(sequence, ns, (ReadOnlyMemory<byte>[])[Argument.Of(name), otherKey, .. arguments]));

    /// <summary>Writes as many commands as all elements need.</summary>
    /// <param name="name">The name.</param>
    /// <param name="elements">The arguments of all elements.</param>
    /// <param name="width">The number of arguments of one element.</param>
    /// <param name="first">The arguments between the key and the elements of each command.</param>
    public void WriteElements(string name, List<ReadOnlyMemory<byte>> elements, int width = 1, params ReadOnlyMemory<byte>[] first)
    {
        int step = MaxElements * width;
        for (int start = 0; start < elements.Count; start += step)
        {
            Write(name, [.. first, .. elements.GetRange(start, Math.Min(step, elements.Count - start))]);
        }
    }

    /// <summary>Adds the commands of another writer.</summary>
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
