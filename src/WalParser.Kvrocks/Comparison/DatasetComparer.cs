using System.Runtime.CompilerServices;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares a dataset with the keys of a server or a cluster, key by key, with commands that only read:
/// <code>
/// await using DatasetComparer comparer = await DatasetComparer.ConnectAsync(endpoint, keyspace);
/// await foreach (KeyDifference difference in comparer.CompareAsync()) { … }
/// ComparisonResult result = comparer.Result;
/// </code>
/// <para>
/// First each key of the dataset is looked up on the server, in the order of <see cref="KeyPosition"/>; then the server's keys are listed,
/// and those that the dataset does not have are reported. Large values are read in pages. A key whose expiry has passed counts as gone on
/// the side on which it has passed. Neither the dataset nor the server should change meanwhile. Not thread-safe.
/// </para>
/// </summary>
public sealed class DatasetComparer : IAsyncDisposable
{
    /// <summary>The number of keys that are compared at once, so that the replies for all of them are on their way together.</summary>
    private const int KeysAtOnce = 64;

    /// <summary>The size from which a key is compared alone, in bytes.</summary>
    private const long LargeSize = 1 << 20;

    private readonly IReadSource _source;
    private readonly RedisEndpoint _endpoint;
    private readonly Keyspace _keyspace;
    private readonly ComparisonOptions _options;
    private readonly ComparisonCounts _counts = new();
    private readonly List<KeyspaceKey> _keys;
    private readonly RateLimit _rate;
    private TimeSpan _clockOffset;
    private int _database;

    internal DatasetComparer(IReadSource source, RedisEndpoint endpoint, Keyspace keyspace, ComparisonOptions options)
    {
        _source = source;
        _endpoint = endpoint;
        _keyspace = keyspace;
        _options = options;
        _database = endpoint.Database;
        _rate = new RateLimit(options.KeysPerSecond, options.Clock);
        _keys = ChooseKeys();
        _counts.Found.KeyCount = _keys.Count;
    }

    /// <summary>What was found so far; after an exception, too.</summary>
    public ComparisonResult Result => _counts.ToResult();

    /// <summary>Connects to a server, or to all masters of a cluster if the server is a node of one.</summary>
    /// <param name="endpoint">The address of the server.</param>
    /// <param name="keyspace">The dataset, which must not change until the end.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the attempt to connect.</param>
    /// <exception cref="RedisException">The server cannot be reached or refuses to serve.</exception>
    public static async Task<DatasetComparer> ConnectAsync(
        RedisEndpoint endpoint, Keyspace keyspace, ComparisonOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(keyspace);
        options ??= new ComparisonOptions();
        IReadSource source = await OpenAsync(endpoint, options, cancellationToken).ConfigureAwait(false);
        return new DatasetComparer(source, endpoint, keyspace, options);
    }

    /// <summary>Compares, and returns each key that is not the same as soon as it is known. Can be called once.</summary>
    /// <param name="cancellationToken">Ends the comparison; the connection cannot be used after that.</param>
    /// <exception cref="RedisException">The server refuses a command, or the connection is lost.</exception>
    public async IAsyncEnumerable<KeyDifference> CompareAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var server = new ReadServer(_source.AskAsync, _endpoint, cancellationToken);
        await ReadClockAsync(server).ConfigureAwait(false);
        var keys = new KeyComparison(server, _options, _counts, Now, DatabaseOf);
        await foreach (KeyDifference difference in CompareKeysAsync(server, keys, cancellationToken).ConfigureAwait(false))
        {
            yield return difference;
        }

        _counts.Found.AreKeysDone = true;
        var extras = new ExtraKeys(_source, server, _keyspace, _options, _counts, _rate, Now);
        foreach (int database in Databases())
        {
            await SelectAsync(server, database).ConfigureAwait(false);
            ReadOnlyMemory<byte>[] namespaces = [.. Namespaces().Where(ns => DatabaseOf(ns) == database)];
            bool hasCheckpoint = database == _endpoint.Database;
            await foreach (KeyDifference difference in extras
                .FindAsync(database, namespaces, hasCheckpoint, cancellationToken)
                .ConfigureAwait(false))
            {
                yield return difference;
            }
        }

        _counts.Found.IsComplete = true;
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static async Task<IReadSource> OpenAsync(
        RedisEndpoint endpoint, ComparisonOptions options, CancellationToken cancellationToken)
    {
        RedisConnection connection = await RedisConnection.ConnectAsync(endpoint, null, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await ClusterConnections.FindAsync(
                arguments => connection.ExecuteAsync(arguments, cancellationToken),
                endpoint,
                RedisConnectionOptions.Default,
                refuse: false,
                isFenced: false).ConfigureAwait(false) is not { } nodes)
            {
                return new ServerSource(connection, endpoint);
            }

            await connection.DisposeAsync().ConfigureAwait(false);
            return options.DatabaseOf is null
                ? new ClusterSource(nodes, endpoint)
                : throw new RedisException(RedisErrorKind.Refused, $"{endpoint} is a node of a cluster, which has only database 0.");
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async IAsyncEnumerable<KeyDifference> CompareKeysAsync(
        ReadServer server, KeyComparison comparison, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Queue<Task<KeyComparison.Outcome>> underWay = new();
        try
        {
            for (int next = 0; next < _keys.Count || underWay.Count > 0;)
            {
                if (next < _keys.Count && MayBegin(_keys[next], underWay.Count))
                {
                    KeyspaceKey key = _keys[next++];
                    if (_options.After is { } after && !after.IsBefore(key.Namespace, key.UserKey))
                    {
                        _counts.Found.SkippedCount++;
                        _counts.Found.DoneCount++;
                        continue;
                    }

                    await _rate.WaitAsync(1, cancellationToken).ConfigureAwait(false);
                    if (DatabaseOf(key.Namespace) != _database)
                    {
                        // MayBegin has waited until nothing is under way.
                        await SelectAsync(server, DatabaseOf(key.Namespace)).ConfigureAwait(false);
                    }

                    underWay.Enqueue(comparison.CompareAsync(key));
                    continue;
                }

                KeyComparison.Outcome outcome = await underWay.Peek().ConfigureAwait(false);
                _ = underWay.Dequeue();
                KeyDifference? difference = comparison.Count(outcome);
                _counts.Found.LastCompared = new KeyPosition(outcome.Compared.Key.Namespace, outcome.Compared.Key.UserKey);
                _options.Progress?.Report(_counts.Progress);
                if (difference is not null)
                {
                    yield return difference;
                }
            }
        }
        finally
        {
            foreach (Task rest in underWay)
            {
                await rest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Returns whether the comparison of a key may begin while others are under way.</summary>
    private bool MayBegin(KeyspaceKey key, int underWay) => underWay == 0
        || (underWay < _rate.AtOnce(KeysAtOnce)
            && DatabaseOf(key.Namespace) == _database
            && key.ElementsSize + key.StoredMetadata.Length < LargeSize);

    private async Task SelectAsync(ReadServer server, int database)
    {
        if (database != _database)
        {
            await server.AskAsync("SELECT", database).ConfigureAwait(false);
            _database = database;
        }
    }

    private async Task ReadClockAsync(ReadServer server)
    {
        if (await server.TimeAsync().ConfigureAwait(false) is { } time && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            _clockOffset = DateTimeOffset.FromUnixTimeMilliseconds(time) - _options.Clock.GetUtcNow();
        }
    }

    private DateTimeOffset Now() => _options.Clock.GetUtcNow() + _clockOffset;

    private int DatabaseOf(ReadOnlyMemory<byte> ns) => _options.DatabaseOf?.Invoke(ns) ?? _endpoint.Database;

    private bool IsChosen(ReadOnlyMemory<byte> ns) =>
        _options.Namespaces is not { } chosen || chosen.Any(one => one.Span.SequenceEqual(ns.Span));

    /// <summary>Returns the keys to compare in their order, and counts those of other namespaces.</summary>
    private List<KeyspaceKey> ChooseKeys()
    {
        List<KeyspaceKey> keys = [];
        foreach (KeyspaceKey key in _keyspace.Keys)
        {
            if (IsChosen(key.Namespace))
            {
                keys.Add(key);
            }
            else if (key.ExistsAt(_options.Clock.GetUtcNow()))
            {
                _counts.Uncompared.Add(
                    UncomparedReason.OtherNamespace, System.Text.Encoding.UTF8.GetString(key.Namespace.Span), key.UserKey);
            }
        }

        keys.Sort((x, y) => KeyPosition.Compare(x.Namespace, x.UserKey, y.Namespace, y.UserKey));
        return keys;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Namespaces() =>
        _options.Namespaces ?? _keys.Select(key => key.Namespace).DistinctBy(ns => Convert.ToHexString(ns.Span));

    private IEnumerable<int> Databases() => Namespaces().Select(DatabaseOf).DefaultIfEmpty(_endpoint.Database).Distinct();
}
