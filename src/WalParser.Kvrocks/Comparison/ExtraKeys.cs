using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>Finds the keys that only the server has, by listing all of its keys.</summary>
internal sealed class ExtraKeys(
    IReadSource source,
    ReadServer server,
    Keyspace keyspace,
    ComparisonOptions options,
    ComparisonCounts counts,
    RateLimit rate,
    Func<DateTimeOffset> now)
{
    private const int KeysPerPage = 1000;

    /// <summary>The number of extra keys that are remembered: SCAN may return a key more than once.</summary>
    private const int MostRemembered = 1_000_000;

    private readonly HashSet<UInt128> _seen = [];

    /// <summary>Finds the extra keys of the current database.</summary>
    /// <param name="database">The number of the database.</param>
    /// <param name="namespaces">The namespaces whose keys are in the database.</param>
    /// <param name="hasCheckpoint">Whether the checkpoint of a replay is there.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async IAsyncEnumerable<KeyDifference> FindAsync(
        int database,
        IReadOnlyList<ReadOnlyMemory<byte>> namespaces,
        bool hasCheckpoint,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _seen.Clear();
        await foreach (RespValue[] page in source.ListAsync(rate.AtOnce(KeysPerPage), cancellationToken).ConfigureAwait(false))
        {
            await rate.WaitAsync(page.Length, cancellationToken).ConfigureAwait(false);
            counts.ListedCount += page.Length;
            options.Progress?.Report(counts.Progress);
            ReadOnlyMemory<byte>[] candidates =
                [.. page.Select(item => item.Bytes).Where(key => IsCandidate(key, namespaces, hasCheckpoint))];
            Task<KeyDifference?>[] checks = [.. candidates.Select(key => CheckAsync(key, database, namespaces))];
            foreach (KeyDifference? difference in await Task.WhenAll(checks).ConfigureAwait(false))
            {
                if (difference is not null && IsNew(difference.Key) && Counts(difference, namespaces))
                {
                    yield return difference;
                }
            }
        }
    }

    private bool IsCandidate(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> namespaces, bool hasCheckpoint) =>
        !(hasCheckpoint && options.CheckpointKey is { } checkpoint && source.IsCheckpoint(checkpoint, key))
        && !namespaces.Any(ns => keyspace.Find(ns.Span, key.Span) is { } known && known.ExistsAt(now()));

    /// <summary>Looks at a key that the logs do not have; returns null if it is gone meanwhile.</summary>
    private async Task<KeyDifference?> CheckAsync(ReadOnlyMemory<byte> key, int database, IReadOnlyList<ReadOnlyMemory<byte>> namespaces)
    {
        Task<ReadOnlyMemory<byte>> typeReply = server.BytesAsync("TYPE", key);
        RespValue? expiryReply = await server.TryAskAsync("PEXPIRETIME", key).ConfigureAwait(false);
        string type = Encoding.UTF8.GetString((await typeReply.ConfigureAwait(false)).Span);
        long expiry = expiryReply?.Integer ?? -1;
        if (type == ServerTypes.None || expiry == -2 || (expiry >= 0 && expiry <= now().ToUnixTimeMilliseconds()))
        {
            return null;
        }

        KeyspaceKey? expired = Find(key, namespaces);
        PartDifference[] parts = expired is { ExpiryMilliseconds: not 0 and var at }
            ?
            [
                new PartDifference(
                    ComparedPart.Expiry, default, null, ComparedValue.Of(at), expiry < 0 ? null : ComparedValue.Of(expiry)),
            ]
            : [];
        ReadOnlyMemory<byte> ns = expired?.Namespace ?? (namespaces.Count > 0 ? namespaces[0] : default);
        return new KeyDifference(KeyDifferenceKind.Extra, ns, database, key, type, parts, HasMore: false);
    }

    private KeyspaceKey? Find(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> namespaces) =>
        namespaces.Select(ns => keyspace.Find(ns.Span, key.Span)).FirstOrDefault(known => known is not null);

    /// <summary>Counts a key; returns whether it is a difference.</summary>
    private bool Counts(KeyDifference difference, IReadOnlyList<ReadOnlyMemory<byte>> namespaces)
    {
        if (!options.IsLogWhole && Find(difference.Key, namespaces) is null)
        {
            counts.Uncompared.Add(UncomparedReason.UnknownToLogs, difference.Type, difference.Key);
            return false;
        }

        counts.Found.ExtraCount++;
        return true;
    }

    private bool IsNew(ReadOnlyMemory<byte> key)
    {
        if (_seen.Count >= MostRemembered)
        {
            counts.Found.IsExtraCountUncertain = true;
            return true;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key.Span, digest);
        return _seen.Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest));
    }
}
