using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using WalParser.TestSupport.Files;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.CommandLine;

/// <summary>An option has one meaning and one form in all commands.</summary>
public partial class OptionsTests
{
    public static IEnumerable<object[]> Options =>
        All().Select(option => new object[] { option.Command.Name, option.Option.Name });

    /// <summary>
    /// Options of the same name have the same short name, the same type and the same name for their value, and their descriptions begin
    /// with the same sentence, after which a command can say more.
    /// </summary>
    [Fact]
    public void One_name_has_one_meaning()
    {
        foreach (IGrouping<string, (Command Command, Option Option)> same in
            All().GroupBy(one => one.Option.Name))
        {
            string[] forms =
            [
                .. same.Select(one => string.Join(
                    " | ",
                    string.Join(' ', one.Option.Aliases.Order(StringComparer.Ordinal)),
                    one.Option.ValueType,
                    one.Option.Name == "--output" ? "" : one.Option.HelpName,
                    FirstSentence(one.Option))).Distinct(),
            ];
            Assert.True(forms.Length == 1, $"{same.Key}:\n{string.Join('\n', forms)}");
        }
    }

    [Fact]
    public void One_short_name_has_one_meaning()
    {
        (string Short, string Long)[] names =
        [
            .. All().SelectMany(one => one.Option.Aliases.Select(alias => (alias, one.Option.Name))).Distinct(),
        ];
        Assert.Equal([("-f", "--format"), ("-n", "--namespace"), ("-o", "--output")], names.Order());
    }

    /// <summary>The last of a repeated option counts, as if it were the only one; an option that takes several values has all.</summary>
    [Theory]
    [MemberData(nameof(Options))]
    public void The_last_of_a_repeated_option_counts(string commandName, string name)
    {
        (Command command, Option option) = All().Single(one => one.Command.Name == commandName && one.Option.Name == name);
        if (option.ValueType == typeof(bool))
        {
            Assert.Equal(true, Value([name, name]));
            return;
        }

        if (option.Arity.MinimumNumberOfValues > 1)
        {
            // Of two pairs, neither is the last value; a command that takes a pair refuses the second one.
            ParseResult repeated = Parse([commandName, name, "a", "b", name, "c", "d"]);
            Assert.Equal(2, repeated.GetResult(option.Name) is OptionResult result ? result.IdentifierTokenCount : 0);
            return;
        }

        (string first, string last) = ValuesOf(command, option);
        object? value = Value([name, first, name, last]);
        if (option.ValueType.IsArray)
        {
            Assert.Equal(Shown(Value([name, first])) + Shown(Value([name, last])), Shown(value));
            return;
        }

        Assert.Equal(Shown(Value([name, last])), Shown(value));
        Assert.NotEqual(Shown(Value([name, first])), Shown(value));

        object? Value(string[] args)
        {
            ParseResult parsed = Parse([commandName, .. args]);
            Assert.DoesNotContain(parsed.Errors, error => error.Message.Contains(name, StringComparison.Ordinal));
            Option parsedOption = parsed.CommandResult.Command.Options.Single(one => one.Name == name);
            return typeof(ParseResult).GetMethods()
                .Single(method => method.Name == nameof(ParseResult.GetValue)
                    && method.GetParameters()[0].ParameterType.IsGenericType
                    && method.GetParameters()[0].ParameterType.GetGenericTypeDefinition() == typeof(Option<>))
                .MakeGenericMethod(option.ValueType)
                .Invoke(parsed, [parsedOption]);
        }
    }

    [Fact]
    public async Task Every_command_that_shows_something_can_write_it_to_a_file()
    {
        using var folder = new TempFolder();
        string database = TestFiles.Committed("kvrocks/types");
        string[] others = ["compare", "replay", "salvage"];
        foreach (string command in Root().Subcommands.Select(command => command.Name).Where(name => !others.Contains(name)))
        {
            string[] args = command switch
            {
                "history" => [command, "str:plain", database],
                "diff" => [command, database, database],
                _ => [command, database],
            };
            ToolRun shown = await ToolRun.Of(args);
            string path = folder.PathOf(command);
            ToolRun written = await ToolRun.OnTerminal(80, usesColour: true, [.. args, "-o", path]);
            Assert.Equal((shown.ExitCode, "", shown.Error), (written.ExitCode, written.Output, written.Error));
            Assert.Equal(shown.Output, await File.ReadAllTextAsync(path));
            Assert.NotEmpty(shown.Output);
            Assert.Equal(shown.Output, (await ToolRun.Of([.. args, "--output", "-"])).Output);

            ToolRun again = await ToolRun.Of([.. args, "--output", path]);
            Assert.Equal((2, ""), (again.ExitCode, again.Output));
            Assert.Contains("the file exists and is not overwritten", again.Error);
            Assert.Equal(shown.Output, await File.ReadAllTextAsync(path));
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_named_and_nothing_is_left()
    {
        using var folder = new TempFolder();
        string types = TestFiles.Committed("kvrocks/types");
        foreach ((string path, string reason) in new[]
        {
            (folder.Path, "a folder"),
            (folder.PathOf("none/file"), "its folder does not exist"),
            ("", "the name of a file is empty"),
        })
        {
            ToolRun run = await ToolRun.Of("keys", types, "-o", path);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains($"--output {path}: {reason}", run.Error);
        }

        string unused = folder.PathOf("unused");
        Assert.Equal(2, (await ToolRun.Of("keys", "-o", unused, folder.PathOf("absent"))).ExitCode);
        Assert.False(File.Exists(unused));
        Assert.Equal(0, (await ToolRun.Of("keys", "--help", "-o", unused)).ExitCode);
        Assert.False(File.Exists(unused));
    }

    private static RootCommand Root() => WalParserCommand.Create(new ToolConsole(Stream.Null, Stream.Null, TextWriter.Null));

    private static ParseResult Parse(string[] args) => Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static IEnumerable<(Command Command, Option Option)> All() =>
        from command in Root().Subcommands
        from option in command.Options
        select (command, option);

    /// <summary>Returns the description up to the first full stop, colon, comma or bracket.</summary>
    private static string FirstSentence(Option option) => option.Description!.Split([". ", ": ", ", ", " ["], StringSplitOptions.None)[0];

    /// <summary>Returns two values that the option takes. The names of an enum are those that the message for a wrong one lists.</summary>
    private static (string First, string Last) ValuesOf(Command command, Option option)
    {
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        type = type.GetElementType() ?? type;
        if (type.IsEnum)
        {
            string message = Parse([command.Name, option.Name, "?"]).Errors.Select(error => error.Message)
                .First(text => text.StartsWith(option.Name + " takes ", StringComparison.Ordinal));
            string[] names = EnumNames().Match(message).Groups[1].Value.Split([", ", " or "], StringSplitOptions.None);
            return (names[0], names[^1]);
        }

        return type.Name == "RedisEndpoint" ? ("redis://one", "redis://two") : ("1", "2");
    }

    private static string Shown(object? value) => value switch
    {
        null => "nothing",
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        Array array => string.Concat(array.Cast<object>().Select(one => Shown(one) + ";")),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex(" takes (.*), not '")]
    private static partial Regex EnumNames();
}
