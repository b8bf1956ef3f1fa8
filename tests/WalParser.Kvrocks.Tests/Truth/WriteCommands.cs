using WalParser.Kvrocks.Tests.Truth.Writes;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>The commands that write, and the random arguments of each.</summary>
internal static class WriteCommands
{
    private static readonly Dictionary<string, Func<RandomArguments, string[]>> Table = new(
        [.. KeyWrites.Table, .. ElementWrites.Table, .. StreamWrites.Table, .. ModuleWrites.Table, .. ServerWrites.Table]);

    /// <summary>The commands that a server names as writes and that are not driven, with the reasons.</summary>
    private static readonly Dictionary<string, string> Excluded = new()
    {
        ["applybatch"] = "the histories of the suite and the comparison with a raw replay send it",
        ["movex"] = "it needs the token of a namespace; a raw replay moves the same records",
        ["rdb"] = "it reads a file of Redis",
        ["sst"] = "what it loads is in no log",
        ["flushmemtable"] = "it writes nothing to the logs",
        ["flushblockcache"] = "it writes nothing to the logs",
        ["migrate"] = "it sends keys to another server",
        ["restore-asking"] = "it belongs to the migration of slots of a Redis cluster",
        ["swapdb"] = "Kvrocks has no numbered databases",
        ["pfdebug"] = "it is for the tests of Redis",
    };

    /// <summary>Writes that COMMAND does not name as such.</summary>
    private static readonly string[] Unmarked = ["publish", "mpublish", "script", "function"];

    /// <summary>Splits the commands of a server.</summary>
    /// <param name="commands">The names that the server has, and whether it says that each writes.</param>
    /// <returns>The commands that are driven, and those that write and that this class does not know.</returns>
    public static (string[] Driven, string[] NotDriven) Choose(IEnumerable<(string Name, bool IsWrite)> commands)
    {
        (string Name, bool IsWrite)[] all = [.. commands.Where(command => command.IsWrite || Unmarked.Contains(command.Name))];
        return (
            [.. all.Select(command => command.Name).Where(Table.ContainsKey).Order(StringComparer.Ordinal)],
            [.. all.Select(command => command.Name).Where(name => !Table.ContainsKey(name) && !Excluded.ContainsKey(name))
                .Order(StringComparer.Ordinal)]);
    }

    /// <summary>Returns a command with random arguments; null if the command has none at the moment.</summary>
    public static string[]? Make(string name, RandomArguments arguments)
    {
        string[] made = Table[name](arguments);
        return made is [] && name is not ("flushdb" or "flushall") ? null : [name, .. made];
    }
}
