using System.Text.Json;
using WalParser.Tool.Output;

namespace WalParser.Tool.Tests.Output;

/// <summary>Text that would act on what shows it.</summary>
public sealed class ShownTextTests
{
    /// <summary>Characters that must not be shown as they are.</summary>
    public static TheoryData<string> Acting { get; } =
    [
        "\0", "\a", "\b", "\t", "\n", "\v", "\r", "\e", "\x7f", "\x80", "\x9b", "\x9d", "\u00ad", "\u034f", "\u061c", "\u115f", "\u17b4", "\u180e",
        "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060",
        "\u2066", "\u2067", "\u2068", "\u2069", "\u206a", "\u3164", "\ufe0f", "\ufeff", "\uffa0", "\ufff9", "\ufffb",
        "\ue000", "\U000e0001", "\U000e007f", "\U000e0100", "\U0001d173", "\U0010ffff",
    ];

    [Theory]
    [MemberData(nameof(Acting))]
    public void An_acting_character_is_escaped(string character)
    {
        string text = ShownText.Of($"a{character}b");
        Assert.Matches(@"^a\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})b$", text);
        Assert.Equal(text, ShownText.Of(text));
        Assert.Equal(text, ShownText.OfName($"a{character}b"));
    }

    [Theory]
    [MemberData(nameof(Acting))]
    public void An_acting_character_is_escaped_in_JSON_and_decodes_to_itself(string character)
    {
        string json = JsonEncodedText.Encode($"a{character}b", HarmlessJson.Encoder).ToString();
        Assert.All(json, c => Assert.InRange(c, ' ', '~'));
        Assert.Equal($"a{character}b", JsonSerializer.Deserialize<string>($"\"{json}\""));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_escaped()
    {
        Assert.Equal(@"a\ud800b", ShownText.Of("a\ud800b"));
        Assert.Equal(@"\udc00\ud800", ShownText.Of("\udc00\ud800"));
        Assert.Equal(@"a\ufffdb\ufffd", HarmlessJson.Encoder.Encode("a\ud800b\udc00"));
    }

    [Theory]
    [InlineData("plain \\ \"text\" <b>")]
    [InlineData("Grüße, 日本語, עברית, 😀")]
    public void Other_text_is_shown_as_it_is(string text)
    {
        Assert.Equal(text, ShownText.Of(text));
        string json = JsonEncodedText.Encode(text, HarmlessJson.Encoder).ToString();
        Assert.Equal(text, JsonSerializer.Deserialize<string>($"\"{json}\""));
        Assert.Equal(text.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("<", @"\u003c"), json);
    }

    [Fact]
    public void A_long_name_is_cut_between_characters_and_its_length_is_named()
    {
        Assert.Equal(new string('n', 60), ShownText.OfName(new string('n', 60)));
        Assert.Equal(new string('n', 60) + "... (100000 characters)", ShownText.OfName(new string('n', 100_000)));
        Assert.Equal(new string('n', 59) + "... (61 characters)", ShownText.OfName(new string('n', 59) + "😀"));
    }
}
