using System.Globalization;
using System.Text;
using System.Text.Json;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>Returns the answers of a server in the form of a <see cref="RecordedState"/>, for a comparison with a keyspace.</summary>
internal static class AnswerLines
{
    /// <summary>Returns the line of a key.</summary>
    public static string Of(string ns, KeyState key)
    {
        string expiry = key.ExpireAtMs is { } time ? time.ToString(CultureInfo.InvariantCulture) : "never";
        return $"{ns} {Bytes(key.Key)} {key.Type} {expiry} {ValueOf(key)}";
    }

    private static string ValueOf(KeyState key) => key.Type switch
    {
        "string" => Bytes(key.Text!),
        "bitmap" => $"{Bytes(key.Text!)} {key.BitsSet}",
        "hash" => RecordedState.JoinSorted(key.Pairs!.Select(pair => Bytes(pair.Name) + "=" + Bytes(pair.Value))),
        "list" => RecordedState.Join(key.Elements!.Select(Bytes)),
        "sortedint" => RecordedState.Join(key.Elements!.Select(id => id.Text)),
        "set" => RecordedState.JoinSorted(key.Elements!.Select(Bytes)),
        "zset" => RecordedState.JoinSorted(
            key.Pairs!.Select(pair => Bytes(pair.Name) + "=" + RecordedState.Score(ScoreOf(pair.Value.Text)))),
        "stream" => RecordedState.Join(key.Entries!.Select(entry => entry.Id + RecordedState.Join(entry.Fields.Select(Bytes))))
            + (key.Groups!.Count == 0 ? "" : RecordedState.JoinSorted(key.Groups!.Select(GroupOf))),
        "ReJSON-RL" => RecordedState.Json(JsonDocument.Parse(key.Text!.Text).RootElement),
        "hyperloglog" => $"{key.Count}",
        _ => "",
    };

    private static string GroupOf(IReadOnlyDictionary<string, string?> group)
    {
        var text = new StringBuilder("[");
        foreach ((string name, string? value) in group)
        {
            string shown = value is null ? "null" : name is "name" or "last-delivered-id" ? JsonSerializer.Serialize(value) : value;
            text.Append(text.Length == 1 ? "" : ",").Append(JsonSerializer.Serialize(name)).Append(',').Append(shown);
        }

        return text.Append(']').ToString();
    }

    private static string Bytes(StateBytes bytes) =>
        bytes.Bytes is null ? $"{bytes.Length}:{bytes.Sha256}" : RecordedState.Bytes(bytes.Bytes);

    private static double ScoreOf(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
