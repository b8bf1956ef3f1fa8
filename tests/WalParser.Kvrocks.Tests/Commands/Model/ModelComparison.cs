using System.Globalization;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>Compares the dataset of a redis-server with that of a model.</summary>
internal static class ModelComparison
{
    /// <summary>
    /// Prepares the server. In the compact form of small sorted sets, Redis stores whole numbers as integers, which do not have −0.
    /// </summary>
    public static async Task PrepareAsync(RedisConnection connection) =>
        await connection.AskAsync("CONFIG", "SET", "zset-max-listpack-entries", "0");

    /// <summary>Returns the differences between the database of the connection and the model.</summary>
    public static async Task<List<string>> DifferencesAsync(RedisConnection connection, ModelServer model)
    {
        ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        List<string> problems = [.. await connection.DifferencesAsync(ModelState.Of(model, now))];
        foreach ((string name, ModelKey key) in model.Keys.Where(key => key.Value.Expiry == 0 || key.Value.Expiry > now))
        {
            problems.AddRange(key.Type switch
            {
                KvrocksType.ZSet => await SignsAsync(connection, name, key),
                KvrocksType.Stream => await StreamAsync(connection, name, key),
                _ => [],
            });
        }

        return problems;
    }

    /// <summary>Compares the signs of zeros, because a comparison of numbers regards 0 and −0 as equal.</summary>
    private static async Task<List<string>> SignsAsync(RedisConnection connection, string name, ModelKey key)
    {
        List<string> problems = [];
        foreach ((string member, double score) in key.VisibleScores().Where(member => member.Value == 0))
        {
            string text = (await connection.AskAsync("ZSCORE", name, ModelKey.Bytes(member))).Text;
            if (text.StartsWith('-') != double.IsNegative(score))
            {
                problems.Add($"{name}: {score} became {text}");
            }
        }

        return problems;
    }

    private static async Task<List<string>> StreamAsync(RedisConnection connection, string name, ModelKey key)
    {
        ModelStream stream = key.Stream;
        List<string> problems = [];
        RespValue[] info = (await connection.AskAsync("XINFO", "STREAM", name)).Items.ToArray();
        Dictionary<string, string> fields = info.Chunk(2).ToDictionary(
            pair => pair[0].Text, pair => pair[1].IsNull ? "" : pair[1].ToString());
        StreamEntryId last = stream.Entries.Keys.LastOrDefault();
        (string, string)[] expected =
        [
            ("last-generated-id", (last > stream.LastId ? last : stream.LastId).ToString()),
            ("entries-added", Math.Max(stream.EntriesAdded, (ulong)stream.Entries.Count).ToString(CultureInfo.InvariantCulture)),
        ];
        if (key.Miscount == 0)
        {
            // An entry that is pending and not there is added and deleted again. Entries before it may have come to life again: then the
            // server remembers its id.
            expected = [.. expected, ("max-deleted-entry-id", stream.MaxDeletedId.ToString())];
        }

        problems.AddRange(
            expected.Where(field => fields[field.Item1] != field.Item2)
                .Select(field => $"{name}: {field.Item1} is {fields[field.Item1]}, not {field.Item2}"));
        foreach ((string group, ModelGroup state) in stream.Groups)
        {
            RespValue pending = await connection.AskAsync("XPENDING", name, group, "-", "+", "1000");
            string actual = string.Join(
                ' ',
                pending.Items.ToArray()
                    .Select(entry => $"{entry.Items.Span[0].Text}/{entry.Items.Span[1].Text}/{entry.Items.Span[3].Integer}"));
            string wanted = string.Join(' ', state.Pending.Select(entry => $"{entry.Key}/{entry.Value.Consumer}/{entry.Value.Count}"));
            if (actual != wanted)
            {
                problems.Add($"{name}: {group} has pending {actual}, not {wanted}");
            }
        }

        return problems;
    }
}
