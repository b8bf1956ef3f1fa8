using System.Globalization;

namespace WalParser.TestSupport.Redis;

/// <summary>
/// Compares the keyspace that a Kvrocks server reported with the keyspace of a Redis server after a replay. Keys that Redis has no type
/// for, and values that it computes in another way, are listed and not compared, so that a test states which of these it accepts.
/// </summary>
public sealed class StateComparison
{
    private readonly List<string> _differences = [];
    private readonly List<NotComparable> _notComparable = [];
    private readonly long _nowMs;

    private StateComparison(long nowMs) => _nowMs = nowMs;

    /// <summary>A value that was not compared: its class, the reason, and its key.</summary>
    public sealed record NotComparable(string Class, string Reason, StateBytes Key);

    /// <summary>The differences, each with its key.</summary>
    public IReadOnlyList<string> Differences => _differences;

    public IReadOnlyList<NotComparable> Uncompared => _notComparable;

    /// <summary>Compares two lists of keys.</summary>
    /// <param name="expected">The keys of a scenario's state.</param>
    /// <param name="actual">The keys that Redis has.</param>
    /// <param name="nowMs">
    /// The time at which <paramref name="actual"/> was read, in milliseconds since 1970. Keys that expire before it may be missing.
    /// </param>
    public static StateComparison Of(IReadOnlyList<KeyState> expected, IReadOnlyList<KeyState> actual, long nowMs)
    {
        var comparison = new StateComparison(nowMs);
        var found = actual.ToDictionary(key => key.Key);
        foreach (KeyState key in expected)
        {
            found.Remove(key.Key, out KeyState? other);
            comparison.CompareKey(key, other);
        }

        comparison._differences.AddRange(found.Values.Select(key => $"{key.Key}: only Redis has it ({key.Type})"));
        return comparison;
    }

    private void CompareKey(KeyState expected, KeyState? actual)
    {
        if (NativeType(expected.Type) is not { } native)
        {
            if (actual is null)
            {
                LeaveOut(expected, expected.Type, "a plain Redis server has no such type");
            }
            else
            {
                Differ(expected, $"Redis has a {actual.Type} for what it has no type for ({expected.Type})");
            }

            return;
        }

        if (actual is null && expected.ExpireAtMs <= _nowMs)
        {
            LeaveOut(expected, "expired", "its time came between the scenario and the replay");
            return;
        }

        if (actual is null && expected.Type == "sortedint")
        {
            LeaveOut(
                expected, "sortedint", "a plain Redis server has no such type, and none was made of it; as a sorted set it is compared");
            return;
        }

        if (actual is null)
        {
            Differ(expected, $"Redis does not have it ({expected.Type})");
            return;
        }

        if (actual.Type != native)
        {
            Differ(expected, $"type {actual.Type}, not {native}");
            return;
        }

        if (actual.ExpireAtMs != expected.ExpireAtMs)
        {
            string actualExpiry = actual.ExpireAtMs?.ToString(CultureInfo.InvariantCulture) ?? "no time";
            string expectedExpiry = expected.ExpireAtMs?.ToString(CultureInfo.InvariantCulture) ?? "never";
            Differ(expected, $"expires at {actualExpiry}, not {expectedExpiry}");
        }

        CompareValue(expected, actual);
    }

    /// <summary>Returns the type that Redis reports for a Kvrocks type; null if Redis has none.</summary>
    private static string? NativeType(string type) => type switch
    {
        "string" or "bitmap" or "hyperloglog" => "string",
        "sortedint" => "zset",
        "hash" or "list" or "set" or "zset" or "stream" => type,
        _ => null,
    };

    private void CompareValue(KeyState expected, KeyState actual)
    {
        switch (expected.Type)
        {
            case "string":
                CompareOne(expected, "value", expected.Text, actual.Text);
                break;
            case "bitmap":
                CompareOne(expected, "value", expected.Text, actual.Text);
                CompareOne(expected, "bits set", expected.BitsSet, actual.BitsSet);
                break;
            case "hyperloglog":
                CompareOne(expected, "count", expected.Count, actual.Count);
                break;
            case "list":
                CompareSequence(expected, "element", expected.Elements!, actual.Elements!);
                break;
            case "set":
                CompareMembers(
                    expected,
                    expected.Elements!.ToDictionary(member => member, _ => ""),
                    actual.Elements!.ToDictionary(member => member, _ => ""));
                break;
            case "hash":
                CompareMembers(
                    expected,
                    expected.Pairs!.ToDictionary(pair => pair.Name, pair => pair.Value),
                    actual.Pairs!.ToDictionary(pair => pair.Name, pair => pair.Value));
                break;
            case "zset":
                CompareMembers(expected, Scores(expected.Pairs!), Scores(actual.Pairs!));
                break;
            case "sortedint":
                CompareMembers(expected, expected.Elements!.ToDictionary(id => id, id => Score(id.Text)), Scores(actual.Pairs!));
                break;
            default:
                CompareStream(expected, actual);
                break;
        }
    }

    private void CompareStream(KeyState expected, KeyState actual)
    {
        CompareSequence(
            expected,
            "entry",
            [.. expected.Entries!.Select(entry => $"{entry.Id}: {string.Join(' ', entry.Fields.Select(Whole))}")],
            [.. actual.Entries!.Select(entry => $"{entry.Id}: {string.Join(' ', entry.Fields.Select(Whole))}")]);

        var groups = actual.Groups!.ToDictionary(group => group["name"]!);
        foreach (IReadOnlyDictionary<string, string?> group in expected.Groups!)
        {
            string name = group["name"]!;
            if (!groups.Remove(name, out IReadOnlyDictionary<string, string?>? other))
            {
                Differ(expected, $"Redis does not have group '{name}'");
                continue;
            }

            foreach ((string field, string? value) in group)
            {
                string? otherValue = other.GetValueOrDefault(field);
                if (value == otherValue)
                {
                    continue;
                }

                if (field == "lag")
                {
                    LeaveOut(
                        expected,
                        "stream group lag",
                        "Redis works it out itself, and gives none where deletions make it uncertain "
                            + $"(group '{name}': {otherValue ?? "none"}, not {value ?? "none"})");
                    continue;
                }

                Differ(expected, $"group '{name}': {field} is {otherValue ?? "none"}, not {value ?? "none"}");
            }
        }

        foreach (string name in groups.Keys)
        {
            Differ(expected, $"only Redis has group '{name}'");
        }
    }

    private static string Whole(StateBytes bytes) => $"{bytes.Length}:{bytes.Sha256} {bytes}";

    private static Dictionary<StateBytes, double> Scores(IReadOnlyList<(StateBytes Name, StateBytes Value)> pairs) =>
        pairs.ToDictionary(pair => pair.Name, pair => Score(pair.Value.Text));

    /// <summary>Parses the text of a score. Redis writes inf and -inf.</summary>
    private static double Score(string text) => text switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private void CompareOne<T>(KeyState key, string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Differ(key, $"{what} is {actual?.ToString() ?? "none"}, not {expected?.ToString() ?? "none"}");
        }
    }

    private void CompareSequence<T>(KeyState key, string what, IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        CompareOne(key, $"number of {what}s", expected.Count, actual.Count);
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            if (!EqualityComparer<T>.Default.Equals(expected[i], actual[i]))
            {
                Differ(key, $"{what} {i} is {actual[i]}, not {expected[i]}");
                return;
            }
        }
    }

    private void CompareMembers<T>(KeyState key, Dictionary<StateBytes, T> expected, Dictionary<StateBytes, T> actual)
    {
        foreach ((StateBytes name, T value) in expected)
        {
            if (!actual.Remove(name, out T? other))
            {
                Differ(key, $"Redis does not have member {name}");
            }
            else if (!EqualityComparer<T>.Default.Equals(value, other))
            {
                Differ(key, $"member {name} has {other}, not {value}");
            }
        }

        foreach (StateBytes name in actual.Keys)
        {
            Differ(key, $"only Redis has member {name}");
        }
    }

    private void Differ(KeyState key, string what) => _differences.Add($"{key.Key}: {what}");

    private void LeaveOut(KeyState key, string kind, string reason) => _notComparable.Add(new NotComparable(kind, reason, key.Key));
}
