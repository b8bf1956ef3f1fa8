using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Rdb;

/// <summary>A database of an RDB file.</summary>
public sealed class RdbDatabase
{
    /// <summary>Creates a database.</summary>
    /// <param name="number">
    /// The number, from 0. A server refuses a file with a number that is not below its setting <c>databases</c>.
    /// </param>
    /// <param name="keys">The keys, all of one namespace, so that no name occurs twice.</param>
    public RdbDatabase(int number, IReadOnlyList<KeyspaceKey> keys)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentNullException.ThrowIfNull(keys);
        Number = number;
        Keys = keys;
    }

    /// <summary>The number.</summary>
    public int Number { get; }

    /// <summary>The keys.</summary>
    public IReadOnlyList<KeyspaceKey> Keys { get; }
}
