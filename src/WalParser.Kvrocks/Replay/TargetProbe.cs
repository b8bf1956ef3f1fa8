using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Looks at a server before the first write, on a connection of its own: whether it can be written, what it is, which commands it would
/// refuse, and whether the databases are empty. Nothing is changed.
/// </summary>
internal sealed record TargetProbe
{
    /// <summary>The limits of a reply: INFO, the longest one, has some thousand lines on a server with many databases or modules.</summary>
    private static readonly RespLimits Limits = new() { MaxReplySize = 1 << 24 };

    private static readonly TimeSpan LoadingPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The databases that would be written; those that do not exist are an error.</summary>
    public IReadOnlyCollection<int> Databases { get; init; } = [];

    /// <summary>Whether the keys in the databases are counted, unless there is a checkpoint.</summary>
    public bool CountsKeys { get; init; } = true;

    /// <summary>The key that a replay would continue from, in the database of the address; null for none.</summary>
    public ReadOnlyMemory<byte>? CheckpointKey { get; init; }

    /// <summary>Whether batches would be sent, with APPLYBATCH, instead of commands.</summary>
    public bool IsRaw { get; init; }

    /// <summary>The key with which commands are tried; null for a random one. A node of a cluster requires one of its slots.</summary>
    public ReadOnlyMemory<byte>? TrialKey { get; init; }

    /// <summary>The time limit of each answer, and of the wait for a server that is loading its data.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Called with a message when a wait begins that can take long.</summary>
    public Action<string> Waiting { get; init; } = _ => { };

    private RedisConnectionOptions Connecting => RedisConnectionOptions.Within(Timeout) with { Limits = Limits };

    /// <summary>Connects to the server and looks at it.</summary>
    /// <exception cref="RedisException">
    /// The server cannot be reached or cannot be written: it is a replica, is full, has no such database. The message contains advice.
    /// </exception>
    public Task<TargetDescription> LookAsync(RedisEndpoint endpoint, CancellationToken cancellationToken = default) =>
        WhenLoadedAsync(endpoint, () => LookOnceAsync(endpoint, cancellationToken), cancellationToken);

    private async Task<TargetDescription> LookOnceAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        RedisConnection connection =
            await RedisConnection.ConnectAsync(endpoint, Connecting, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var questions = new TargetQuestions(connection, endpoint, Timeout, cancellationToken);
            RespValue told = await questions.AskAsync("INFO").ConfigureAwait(false);
            var info = new ServerInfo(told.IsError ? "" : told.Text);
            if (info.IsCluster && await FindClusterAsync(questions, endpoint).ConfigureAwait(false) is { } nodes)
            {
                await using (nodes.ConfigureAwait(false))
                {
                    return await new ClusterProbe(this, nodes, endpoint).LookAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            return await LookAsync(questions, endpoint, info).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Deletes all keys of databases. Of Kvrocks, the namespace of the password has one database, and only its keys are deleted.
    /// </summary>
    /// <exception cref="RedisException">The server refused it.</exception>
    public async Task EmptyAsync(RedisEndpoint endpoint, IEnumerable<int> databases, CancellationToken cancellationToken = default)
    {
        RedisConnection connection =
            await RedisConnection.ConnectAsync(endpoint, Connecting, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var questions = new TargetQuestions(connection, endpoint, Timeout, cancellationToken);
            if (await FindClusterAsync(questions, endpoint).ConfigureAwait(false) is { } nodes)
            {
                await using (nodes.ConfigureAwait(false))
                {
                    await new ClusterProbe(this, nodes, endpoint).EmptyAsync(cancellationToken).ConfigureAwait(false);
                }

                return;
            }

            foreach (int database in databases)
            {
                await SelectAsync(questions, endpoint, database).ConfigureAwait(false);
                RespValue reply = await questions.AskAsync("FLUSHDB").ConfigureAwait(false);
                if (reply.Text != "OK" || reply.IsError)
                {
                    throw new RedisException(
                        RedisErrorKind.Refused, $"{endpoint} refused to empty the database {database}: {reply}. Nothing was sent.");
                }
            }
        }
    }

    /// <summary>Returns the nodes of the cluster that commands would be sent to; null if they would be sent to the server alone.</summary>
    private async Task<ClusterConnections?> FindClusterAsync(TargetQuestions questions, RedisEndpoint endpoint) =>
        IsRaw || TrialKey is not null
            ? null
            : await ClusterConnections.FindAsync(
                questions.AskAsync, endpoint, Connecting, refuse: false).ConfigureAwait(false);

    /// <summary>Does something with a server, again and again as long as the server is loading its data.</summary>
    private async Task<T> WhenLoadedAsync<T>(RedisEndpoint endpoint, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        long begin = Environment.TickCount64;
        bool isFirst = true;
        while (true)
        {
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (RedisException exception) when (exception.Kind == RedisErrorKind.Loading)
            {
                if (Environment.TickCount64 - begin >= Timeout.TotalMilliseconds)
                {
                    throw new RedisException(
                        RedisErrorKind.Loading,
                        $"{endpoint} is still loading its data after {Timeout.TotalSeconds:0.#} s. Try again when it has finished.",
                        exception);
                }

                if (isFirst)
                {
                    Waiting($"{endpoint} is loading its data; waiting up to {Timeout.TotalSeconds:0.#} s");
                    isFirst = false;
                }
            }

            await Task.Delay(LoadingPause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TargetDescription> LookAsync(TargetQuestions questions, RedisEndpoint endpoint, ServerInfo info)
    {
        await RequireMasterAsync(questions, endpoint, info).ConfigureAwait(false);
        (TargetServer server, string? version) = info.Server;
        (bool hasCheckpoint, ulong? sequence) = await ReadCheckpointAsync(questions).ConfigureAwait(false);
        List<TargetDatabase> databases = [];
        foreach (int database in Databases)
        {
            await SelectAsync(questions, endpoint, database).ConfigureAwait(false);
            if (CountsKeys && !hasCheckpoint)
            {
                databases.Add(await CountAsync(questions, endpoint, database, server).ConfigureAwait(false));
            }
        }

        // Last, because a transaction that cannot be discarded remains open.
        await SelectAsync(questions, endpoint, endpoint.Database).ConfigureAwait(false);
        Dictionary<string, string>? refused = await TargetTrial.RunAsync(
            questions, server == TargetServer.Kvrocks, IsRaw, CheckpointKey, TrialKey).ConfigureAwait(false);
        if (refused is not null && TargetTrial.StateIn(refused) is { } state)
        {
            throw new RedisException(
                RedisErrorKind.Refused, $"{endpoint} refuses every write: {state.TrimEnd('.')}. {AdviceFor(state, info)}");
        }

        return new TargetDescription
        {
            Endpoint = endpoint,
            Server = server,
            Version = version,
            IsCluster = info.IsCluster,
            Databases = databases,
            HasCheckpoint = hasCheckpoint,
            CheckpointSequence = sequence,
            Refused = refused ?? [],
            IsTried = refused is not null,
            EvictionPolicy = info.EvictionPolicy,
        };
    }

    /// <summary>Requires that the server is no replica: a replica refuses writes or, if it does not, loses them.</summary>
    private static async Task RequireMasterAsync(TargetQuestions questions, RedisEndpoint endpoint, ServerInfo info)
    {
        RespValue reply = await questions.AskAsync("ROLE").ConfigureAwait(false);
        string? role = info["role"];
        string? host = info["master_host"];
        string? port = info["master_port"];
        if (reply.Kind == RespKind.Array && reply.Items.Length > 0)
        {
            role = reply.Items.Span[0].Text;
            (host, port) = reply.Items.Length > 2 && role == "slave"
                ? (reply.Items.Span[1].Text, reply.Items.Span[2].Text)
                : (host, port);
        }

        if (role is "slave" or "replica")
        {
            string master = host is null ? "" : $" of {host}:{port}";
            throw new RedisException(
                RedisErrorKind.Refused,
                $"{endpoint} is a replica{master}, and what is written to a replica is refused or lost. "
                    + $"Replay to its master{(host is null ? "" : $" ({host}:{port})")}.");
        }

        if (role == "sentinel")
        {
            throw new RedisException(
                RedisErrorKind.Refused,
                $"{endpoint} is a sentinel, which has no data. To write to the master that it watches: "
                    + $"redis+sentinel://{endpoint.Host}:{endpoint.Port}/NAME-OF-THE-MASTER.");
        }
    }

    private static async Task SelectAsync(TargetQuestions questions, RedisEndpoint endpoint, int database)
    {
        RespValue reply = await questions.AskAsync("SELECT", database.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        if (reply.IsError && database != 0)
        {
            throw new RedisException(
                RedisErrorKind.Database,
                $"{endpoint} has no database {database}: {reply}. Choose one that it has, or raise its 'databases' setting.");
        }
    }

    private async Task<(bool Exists, ulong? Sequence)> ReadCheckpointAsync(TargetQuestions questions)
    {
        if (CheckpointKey is not { } key)
        {
            return (false, null);
        }

        // The replay itself refuses a value that is no checkpoint.
        RespValue reply = await questions.AskAsync([Argument.Of("GET"), key]).ConfigureAwait(false);
        string first = reply.IsError ? "" : reply.Text.Split(' ')[0];
        return (!reply.IsNull && !reply.IsError,
            ulong.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out ulong sequence) ? sequence : null);
    }

    private async Task<TargetDatabase> CountAsync(
        TargetQuestions questions, RedisEndpoint endpoint, int database, TargetServer server)
    {
        // The DBSIZE of Kvrocks is what the last DBSIZE SCAN counted.
        RespValue size = server == TargetServer.Kvrocks ? default : await questions.AskAsync("DBSIZE").ConfigureAwait(false);
        if (size.Kind == RespKind.Integer)
        {
            return new TargetDatabase(database, size.Integer == 0, size.Integer);
        }

        // A large table with few keys has many pages without a key. A server that never ends the scan is given up.
        long begin = Environment.TickCount64;
        string cursor = "0";
        do
        {
            RespValue page = await questions.AskAsync("SCAN", cursor, "COUNT", "1000").ConfigureAwait(false);
            if (page.Kind != RespKind.Array || page.Items.Length != 2 || page.Items.Span[1].Kind != RespKind.Array
                || Environment.TickCount64 - begin > Timeout.TotalMilliseconds)
            {
                throw new RedisException(
                    RedisErrorKind.Refused,
                    $"{endpoint} does not say whether the database {database} is empty: DBSIZE: {size}; SCAN: {page}. Give --existing "
                        + "merge if it may contain keys.");
            }

            if (page.Items.Span[1].Items.Length > 0)
            {
                return new TargetDatabase(database, IsEmpty: false, KeyCount: null);
            }

            cursor = page.Items.Span[0].Text;
        }
        while (cursor != "0");

        return new TargetDatabase(database, IsEmpty: true, KeyCount: 0);
    }

    private static string AdviceFor(string state, ServerInfo info)
    {
        var advice = new StringBuilder();
        if (TargetTrial.IsCode(state, "OOM"))
        {
            advice.Append(CultureInfo.InvariantCulture,
                $"It uses {info["used_memory_human"] ?? "?"} of {info["maxmemory_human"] ?? "?"}: raise 'maxmemory', or empty it.");
        }
        else if (TargetTrial.IsCode(state, "MISCONF"))
        {
            advice.Append("Mend what keeps it from saving its data (see its log).");
        }
        else if (TargetTrial.IsCode(state, "NOREPLICAS"))
        {
            advice.Append("Connect its replicas, or set 'min-replicas-to-write' to 0.");
        }
        else if (TargetTrial.IsCode(state, "NOPERM"))
        {
            advice.Append("Give the user the right to write, or name another one.");
        }
        else
        {
            advice.Append("Try again when it accepts writes.");
        }

        return advice.Append(" Nothing was sent.").ToString();
    }
}
