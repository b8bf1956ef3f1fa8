using System.Globalization;
using WalParser.Coding;
using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>
/// Maps namespaces to the databases of a server. If any namespace is mapped, the default namespace is mapped to database 0, unless the
/// namespace or the database is mapped explicitly.
/// </summary>
internal sealed class NamespaceDatabases
{
    private readonly List<(byte[] Namespace, int Database)> _map = [];
    private int? _selected;

    private NamespaceDatabases()
    {
    }

    /// <summary>The name of the default namespace of Kvrocks, which needs no token.</summary>
    public static ReadOnlySpan<byte> Default => "__namespace"u8;

    /// <summary>The namespaces that are mapped to a database.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Namespaces => _map.Select(entry => (ReadOnlyMemory<byte>)entry.Namespace);

    /// <summary>Returns the namespaces that the user has named: the chosen one, or those that were given a database.</summary>
    /// <param name="chosen">The one that was chosen; null for none.</param>
    public IReadOnlyCollection<ReadOnlyMemory<byte>> Named(ReadOnlyMemory<byte>? chosen) =>
        chosen is { } ns ? [ns] : [.. Namespaces.Where(named => !named.Span.SequenceEqual(Default))];

    /// <summary>Parses mappings of the form <c>NS=DB</c>. Returns null, and the error, if one is not valid.</summary>
    public static NamespaceDatabases? Parse(IReadOnlyList<string> given, out string error)
    {
        var databases = new NamespaceDatabases();
        error = "";
        foreach (string text in given)
        {
            int equals = text.LastIndexOf('=');
            if (equals < 0
                || !ByteText.TryParse(text[..equals], out byte[] ns)
                || !int.TryParse(text[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int database))
            {
                error = $"--namespace-to-db takes a namespace, = and the number of a database, as in tenant-a=1, not '{text}'";
                return null;
            }

            if (databases._map.Exists(entry => entry.Database == database || entry.Namespace.AsSpan().SequenceEqual(ns)))
            {
                error = $"--namespace-to-db {text}: that namespace or database was named already; keys of two namespaces would be mixed";
                return null;
            }

            databases._map.Add((ns, database));
        }

        if (given.Count > 0 && !databases._map.Exists(entry => entry.Database == 0 || entry.Namespace.AsSpan().SequenceEqual(Default)))
        {
            databases._map.Add((Default.ToArray(), 0));
        }

        return databases;
    }

    /// <summary>
    /// Returns the databases of all namespaces of a dataset. One that is not mapped gets a free database: the default namespace, or one
    /// that is alone, the first from 0, the others the next from 1.
    /// </summary>
    /// <param name="namespaces">The namespaces, each once.</param>
    public int[] Assign(IReadOnlyList<ReadOnlyMemory<byte>> namespaces)
    {
        Dictionary<byte[], int> mapped = _map.ToDictionary(entry => entry.Namespace, entry => entry.Database, ByteStringComparer.Instance);
        HashSet<int> taken = [.. mapped.Values];
        int next = 1;
        int[] databases = new int[namespaces.Count];
        for (int i = 0; i < databases.Length; i++)
        {
            bool isFirst = databases.Length == 1 || namespaces[i].Span.SequenceEqual(Default);
            if (!mapped.TryGetValue(namespaces[i].ToArray(), out databases[i]) && (!isFirst || !taken.Add(0)))
            {
                while (!taken.Add(next))
                {
                    next++;
                }

                databases[i] = next;
            }
        }

        return databases;
    }

    /// <summary>Returns the database to which a namespace is mapped, or 0 if it is not mapped.</summary>
    public int DatabaseOf(ReadOnlyMemory<byte> ns) => _map.Find(entry => ns.Span.SequenceEqual(entry.Namespace)).Database;

    /// <summary>Returns the SELECT that has to precede a command, or null if none is needed.</summary>
    public RedisCommand? SelectFor(RedisCommand command)
    {
        foreach ((byte[] ns, int database) in _map)
        {
            if (database != _selected && command.Namespace.Span.SequenceEqual(ns))
            {
                _selected = database;
                byte[] number = System.Text.Encoding.ASCII.GetBytes(database.ToString(CultureInfo.InvariantCulture));
                return new RedisCommand(command.Sequence, command.Namespace, new ReadOnlyMemory<byte>[] { "SELECT"u8.ToArray(), number });
            }
        }

        return null;
    }
}
