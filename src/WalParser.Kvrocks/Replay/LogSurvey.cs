using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Reads the metadata in the batches of a log for what must be known before a replay: which namespaces there are, and which keys need
/// commands that the server refuses or that do not exist. It does not build the dataset; a key that the log deletes again counts.
/// </summary>
/// <param name="options">The options of the replay.</param>
/// <param name="target">The server; null if it is not known, so that only keys without a command count.</param>
/// <param name="wanted">The namespaces that are looked for.</param>
internal sealed class LogSurvey(
    ReplayOptions options, TargetDescription? target, params IReadOnlyCollection<ReadOnlyMemory<byte>> wanted)
{
    private readonly Dictionary<string, (string? Command, HashSet<byte[]> Keys)> _losses = new(StringComparer.Ordinal);

    /// <summary>The namespaces that have a key in the log.</summary>
    public LogNamespaces Namespaces { get; } = new(options.Commands.Keyspace.Families, wanted);

    /// <summary>What a replay to the server would not bring over, by type.</summary>
    public IEnumerable<TypeLoss> Losses => _losses
        .OrderBy(loss => loss.Key, StringComparer.Ordinal)
        .Select(loss => new TypeLoss(
            loss.Key,
            loss.Value.Command,
            loss.Value.Command is { } command ? target!.Refused[command] : null,
            loss.Value.Keys.Count)
        {
            IsChosen = loss.Key == KvrocksType.Json.Name && !options.Commands.WithJson,
        });

    /// <summary>The number of batches that were read.</summary>
    public long BatchCount { get; private set; }

    /// <summary>Whether the replay would send anything: an operation of a namespace that it selects.</summary>
    public bool HasWork { get; private set; }

    /// <summary>Reads a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="isSent">Whether the replay would send it.</param>
    public void Add(WriteBatch batch, bool isSent)
    {
        BatchCount++;
        foreach (WriteBatchOperation operation in batch)
        {
            KvrocksColumnFamily family =
                operation.HasKey ? options.Commands.Keyspace.Families[operation.ColumnFamily] : KvrocksColumnFamily.Other;
            if (!family.HasKeys || !MetadataKey.TryRead(operation.Key, hasSlot: false, out MetadataKey key))
            {
                continue;
            }

            Namespaces.Add(key.Namespace);
            HasWork |= isSent && IsWanted(key.Namespace);
            if (isSent && family == KvrocksColumnFamily.Metadata && operation.Type.IsPut && !options.IsRaw && IsWanted(key.Namespace)
                && KvrocksMetadata.TryRead(operation.Value, out KvrocksMetadata metadata, out _))
            {
                Count(operation.Key, metadata);
            }
        }
    }

    private bool IsForKvrocks => options.Commands.Target == CommandTarget.Kvrocks;

    private bool IsWanted(ReadOnlySpan<byte> ns)
    {
        if (options.Commands.Namespaces is null)
        {
            return true;
        }

        foreach (ReadOnlyMemory<byte> wanted in options.Commands.Namespaces)
        {
            if (wanted.Span.SequenceEqual(ns))
            {
                return true;
            }
        }

        return false;
    }

    private void Count(ReadOnlySpan<byte> key, in KvrocksMetadata metadata)
    {
        KvrocksType type = metadata.Type;
        if (options.Commands.WithFieldExpiry && metadata.TryReadHash(out HashMetadata hash) && hash.HasFieldExpiration
            && IsRefused("HPEXPIREAT"))
        {
            Add("hash with expiring fields", "HPEXPIREAT", key);
        }

        if (KeyConversion.Exists(metadata) && TypeCommands.Find(metadata, options.Commands) is null)
        {
            Add(type.Name, null, key);
        }
        else if (Array.Find(CommandsFor(type), IsRefused) is { } refused)
        {
            Add(type.Name, refused, key);
        }
    }

    private void Add(string type, string? command, ReadOnlySpan<byte> key)
    {
        if (!_losses.TryGetValue(type, out (string? Command, HashSet<byte[]> Keys) loss))
        {
            _losses[type] = loss = (command, new HashSet<byte[]>(ByteStringComparer.Instance));
        }

        loss.Keys.GetAlternateLookup<ReadOnlySpan<byte>>().Add(key);
    }

    private bool IsRefused(string command) => target?.Refused.ContainsKey(command) == true;

    /// <summary>The commands without which keys of a type cannot be created or kept up to date.</summary>
    private string[] CommandsFor(KvrocksType type) => type switch
    {
        KvrocksType.HyperLogLog when IsForKvrocks => ["PFADD", "PFMERGE"],
        KvrocksType.String or KvrocksType.HyperLogLog => ["SET", "SETRANGE"],
        KvrocksType.Hash => ["HSET", "HDEL"],
        KvrocksType.List => ["RPUSH", "LPUSH", "LPOP", "RPOP", "LSET", "LTRIM", "LREM", "LINSERT"],
        KvrocksType.Set => ["SADD", "SREM"],
        KvrocksType.ZSet => ["ZADD", "ZREM"],
        KvrocksType.Bitmap => IsForKvrocks ? ["SETBIT", "BITFIELD"] : ["SET", "SETRANGE"],
        KvrocksType.SortedInt => IsForKvrocks ? ["SIADD", "SIREM"] : ["ZADD", "ZREM"],
        KvrocksType.Stream => ["XADD", "XDEL", "XTRIM", "XSETID", "XGROUP", "XCLAIM", "XACK"],
        KvrocksType.Json => ["JSON.SET"],
        KvrocksType.BloomFilter => ["BF.RESERVE"],
        KvrocksType.TDigest => ["TDIGEST.CREATE", "TDIGEST.ADD"],
        KvrocksType.TimeSeries => ["TS.CREATE", "TS.ADD"],
        _ => [],
    };
}
