using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>Compares the dataset of logs with what a server answered.</summary>
internal static class KeyspaceComparison
{
    /// <summary>Returns the differences between the dataset of the batches and the answers.</summary>
    /// <param name="batches">The batches of the logs.</param>
    /// <param name="answers">What the server answered, by namespace and key.</param>
    public static IEnumerable<string> DifferencesOf(
        IEnumerable<byte[]> batches, IReadOnlyDictionary<string, Dictionary<StateBytes, Answer>> answers)
    {
        var keyspace = new Keyspace();
        foreach (byte[] payload in batches)
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        var ours = keyspace.Keys.Where(key => key.ExistsAt(now)).ToDictionary(
            key => $"{Encoding.UTF8.GetString(key.Namespace.Span)} {StateBytes.Of(key.UserKey)}", key => key);
        foreach ((string ns, Dictionary<StateBytes, Answer> keys) in answers)
        {
            foreach ((StateBytes name, Answer answer) in keys)
            {
                string expected = $"{AnswerLines.Of(ns, answer.State)} {SketchValues.Shown(answer.Values)}";
                if (!ours.Remove($"{ns} {name}", out KeyspaceKey? key))
                {
                    yield return $"{name} is missing: {expected}";
                }
                else if (Shown(key, withValues: answer.Values is not null) is var actual && actual != expected)
                {
                    yield return $"{name}\n  logs   {actual}\n  server {expected}";
                }
            }
        }

        foreach (KeyspaceKey key in ours.Values)
        {
            yield return $"only the logs have {Shown(key, withValues: true)}";
        }

        if (keyspace.UndecodableCount + keyspace.OrphanCount + keyspace.DroppedOrphanCount is not 0)
        {
            yield return $"{keyspace.UndecodableCount} records are undecodable, {keyspace.OrphanCount} elements have no key";
        }
    }

    private static string Shown(KeyspaceKey key, bool withValues)
    {
        try
        {
            return $"{ShownKeyspace.LineOf(key)} {SketchValues.Shown(withValues ? SketchValues.Of(key) : null)}";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return $"{exception.GetType().Name} while it is shown: {exception.Message}";
        }
    }
}
