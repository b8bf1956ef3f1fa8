using System.Text;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares single keys of the logs with the server: type, expiry and content. Several may be compared at once; they are counted in their
/// order.
/// </summary>
internal sealed class KeyComparison(
    ReadServer server,
    ComparisonOptions options,
    ComparisonCounts counts,
    Func<DateTimeOffset> now,
    Func<ReadOnlyMemory<byte>, int> databaseOf)
{
    /// <summary>The number of times that the comparison of a key begins, if other nodes serve it each time.</summary>
    private const int MaxAttempts = 10;

    /// <summary>Compares a key.</summary>
    public async Task<Outcome> CompareAsync(KeyspaceKey key)
    {
        ComparedKey compared = Begin(key);
        bool isMissing = false;
        for (int attempt = 1; key.ExistsAt(now()); attempt++)
        {
            try
            {
                isMissing = !await TryCompareAsync(compared).ConfigureAwait(false);
                break;
            }
            catch (KeyMovedException) when (attempt < MaxAttempts)
            {
                compared = Begin(key);
            }
            catch (Exception exception) when (exception is KeyChangedException or KeyMovedException)
            {
                compared.Differences.Uncompared = UncomparedReason.ChangedMeanwhile;
                break;
            }
        }

        // It may have expired while it was compared.
        return new Outcome(compared, isMissing, HasExpired: !key.ExistsAt(now()));
    }

    /// <summary>Counts a key that was compared; returns the difference if there is one.</summary>
    public KeyDifference? Count(Outcome outcome)
    {
        KeyspaceKey key = outcome.Compared.Key;
        DifferenceList differences = outcome.Compared.Differences;
        counts.Found.DoneCount++;
        if (outcome.HasExpired)
        {
            counts.Found.ExpiredCount++;
            return null;
        }

        if (differences.Parts.Count > 0)
        {
            counts.Found.DifferentCount++;
            return Difference(key, KeyDifferenceKind.Different, differences);
        }

        if (outcome.IsMissing)
        {
            counts.Found.MissingCount++;
            return Difference(key, KeyDifferenceKind.Missing, differences);
        }

        UncomparedReason? reason = differences.Uncompared ?? (outcome.Compared.IsComplete ? null : UncomparedReason.IncompleteInLogs);
        if (reason is { } uncompared)
        {
            counts.Uncompared.Add(uncompared, key.Type.Name, key.UserKey);
        }
        else
        {
            counts.Found.EqualCount++;
        }

        return null;
    }

    private ComparedKey Begin(KeyspaceKey key) =>
        new(key, server, new DifferenceList(options.MaxDifferencesPerKey), options.Target, options.IsLogWhole, now);

    private KeyDifference Difference(KeyspaceKey key, KeyDifferenceKind kind, DifferenceList differences) => new(
        kind, key.Namespace, databaseOf(key.Namespace), key.UserKey, key.Type.Name, differences.Parts, differences.IsFull);

    /// <summary>Compares a key; returns false if the server does not have it.</summary>
    private async Task<bool> TryCompareAsync(ComparedKey key)
    {
        Task<ReadOnlyMemory<byte>> typeReply = server.BytesAsync("TYPE", key.Name);
        (long expiry, bool isExpiryKnown) = await ExpiryAsync(key.Name).ConfigureAwait(false);
        string type = Encoding.UTF8.GetString((await typeReply.ConfigureAwait(false)).Span);
        if (type == ServerTypes.None || expiry == -2 || (expiry >= 0 && expiry <= now().ToUnixTimeMilliseconds()))
        {
            bool isTypeKnown = ServerTypes.IsKnown(key.Key.Type, options.Target)
                || (key.Key.Type == KvrocksType.Json && await KnowsJsonAsync(key.Name).ConfigureAwait(false));
            key.Differences.Uncompared = isTypeKnown ? null : UncomparedReason.NoSuchType;
            return !isTypeKnown;
        }

        string expected = ServerTypes.Of(key.Key.Type, options.Target);
        if (type != expected)
        {
            key.Differences.Check(ComparedPart.Type, expected, type);
            return true;
        }

        if (isExpiryKnown)
        {
            CompareExpiry(key, expiry);
        }

        await KeyContent.CompareAsync(key).ConfigureAwait(false);
        key.Differences.Uncompared ??= isExpiryKnown ? null : UncomparedReason.Expiry;
        return true;
    }

    private static void CompareExpiry(ComparedKey key, long expiry)
    {
        long? logs = key.Key.ExpiryMilliseconds == 0 ? null : (long)Math.Min(key.Key.ExpiryMilliseconds, long.MaxValue);
        long? found = expiry < 0 ? null : expiry;
        if (logs != found)
        {
            key.Differences.Add(ComparedPart.Expiry, ComparedValue.OfAny(logs), ComparedValue.OfAny(found));
        }
    }

    /// <summary>Returns the expiry, −1 for never and −2 if the key is not there, and whether the server knows the command.</summary>
    private async Task<(long Expiry, bool IsKnown)> ExpiryAsync(ReadOnlyMemory<byte> name)
    {
        RespValue? reply = await server.TryAskAsync("PEXPIRETIME", name).ConfigureAwait(false);
        return reply is { } value ? (value.Integer, true) : (-1, false);
    }

    private async Task<bool> KnowsJsonAsync(ReadOnlyMemory<byte> name) =>
        await server.TryAskAsync("JSON.GET", name).ConfigureAwait(false) is not null;

    /// <summary>What the comparison of a key has found.</summary>
    /// <param name="Compared">The key, with its differences.</param>
    /// <param name="IsMissing">Whether the server does not have it.</param>
    /// <param name="HasExpired">Whether it has expired in the logs.</param>
    public sealed record Outcome(ComparedKey Compared, bool IsMissing, bool HasExpired);
}
