using System.Globalization;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>
/// Random arguments of commands. The keys are few, so that commands meet on the same key; most are of the type that is asked for. Text
/// represents its Latin-1 bytes.
/// </summary>
internal sealed class RandomArguments(Random random)
{
    private const int KeysOfType = 3;

    /// <summary>The prefixes of keys by type.</summary>
    public const string Prefixes = "shlczbigojkntx";

    private static readonly string[] Scores =
        ["0", "1", "-1.5", "3.0000000000000004", "inf", "-inf", "1e300", "0.1", "2", "-0"];

    public Random Random => random;

    /// <summary>The payloads that DUMP has returned so far.</summary>
    public List<string> Dumps { get; } = [];

    /// <summary>Returns a key of a type, which its prefix represents, or rarely of another type.</summary>
    public string Key(char prefix) =>
        $"{(random.Next(25) == 0 ? Prefixes[random.Next(Prefixes.Length)] : prefix)}{random.Next(KeysOfType)}";

    public string AnyKey() => Key(Prefixes[random.Next(Prefixes.Length)]);

    public string[] Keys(char prefix, int most) => Several(most, () => Key(prefix));

    public string Number(int least, int most) => random.Next(least, most + 1).ToString(CultureInfo.InvariantCulture);

    public string Score() => Scores[random.Next(Scores.Length)];

    public string Decimal() => (random.Next(-10_000, 10_000) / 16.0).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Returns a member, field or element, of which there are few.</summary>
    public string Element() => random.Next(12) switch
    {
        0 => "",
        1 => "\0\xff \r\n",
        2 => new string('x', random.Next(200)),
        var other => $"e{other}{random.Next(2)}",
    };

    public string[] Elements(int most) => Several(most, Element);

    /// <summary>Returns the parts of 1 to <paramref name="most"/> repetitions.</summary>
    public string[] Several(int most, Func<string> part) => [.. Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => part())];

    /// <inheritdoc cref="Several(int, Func{string})"/>
    public string[] Several(int most, Func<string[]> parts) => [.. Enumerable.Range(0, random.Next(1, most + 1)).SelectMany(_ => parts())];

    public string One(params string[] choices) => choices[random.Next(choices.Length)];

    /// <summary>Returns one of several forms of arguments.</summary>
    public string[] Form(params Func<string[]>[] forms) => forms[random.Next(forms.Length)]();

    /// <summary>Returns the arguments half of the time.</summary>
    public string[] Perhaps(params string[] arguments) => random.Next(2) == 0 ? arguments : [];

    /// <summary>
    /// Returns a time that has passed or is far away, in milliseconds since 1970, so that no key expires during a comparison.
    /// </summary>
    public string Time() => random.Next(6) == 0
        ? "1000000"
        : (4_102_444_800_000 + random.Next(100_000)).ToString(CultureInfo.InvariantCulture);

    public string Seconds() => Number(1_000_000, 2_000_000);

    /// <summary>Returns the id of a stream entry, of which there are few; some are out of order, and the server refuses those.</summary>
    public string StreamId() => $"{Number(1, 60)}-{Number(0, 3)}";

    public bool Chance(int of) => random.Next(of) == 0;
}
