using System.CommandLine;
using System.CommandLine.Parsing;
using WalParser.Testing.Generation;

namespace WalParser.Fuzz.Commands;

/// <summary><c>generate</c>: writes hostile logs for the tests of other programs.</summary>
internal static class GenerateCommand
{
    private const string ManifestName = "manifest.jsonl";

    public static Command Create(TextWriter output)
    {
        var kind = new Option<HostileKind[]>("--kind")
        {
            Description = $"What is to be wrong; every kind if it is left out: {HostileKindName.All}.",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = Parse,
        };
        kind.HelpName = "KIND";
        var seed = new Option<int>("--seed")
        {
            Description = "The first seed. Each further log of a kind has the next seed.",
            DefaultValueFactory = _ => 1,
        };
        var count = new Option<int>("--count") { Description = "The number of logs of each kind.", DefaultValueFactory = _ => 10 };
        count.MustBe(logs => logs is > 0 and <= HostileLog.MaxSeeds, $"from 1 to {HostileLog.MaxSeeds}");
        var folder = new Option<string>("--out") { Description = "The folder for the logs.", Required = true };
        var command = new Command(
            "generate", $"Writes damaged logs, and {ManifestName}, which describes the damage and the records that can still be read.")
        {
            kind, seed, count, folder,
        };
        command.SetAction(parsed =>
        {
            string destination = parsed.GetRequiredValue(folder);
            string list = Path.Combine(destination, ManifestName);
            if (Path.Exists(list))
            {
                throw new IOException($"{list} already exists. The logs of an earlier run are not overwritten; specify another folder.");
            }

            Directory.CreateDirectory(destination);
            HostileKind[] kinds = parsed.GetValue(kind) is { Length: > 0 } given ? [.. given.Distinct()] : Enum.GetValues<HostileKind>();
            using var manifest = new StreamWriter(list) { NewLine = "\n" };
            int made = 0;
            foreach (HostileKind wrong in kinds)
            {
                for (int i = 0; i < parsed.GetValue(count); i++, made++)
                {
                    HostileLog log = LogGenerator.Generate(wrong, unchecked(parsed.GetValue(seed) + i));
                    File.WriteAllBytes(Path.Combine(destination, log.Name), log.Bytes);
                    manifest.WriteLine(log.ToJson());
                }
            }

            output.WriteLine($"{made} logs");
            return FuzzCommand.Clean;
        });
        return command;
    }

    private static HostileKind[] Parse(ArgumentResult result)
    {
        List<HostileKind> kinds = [];
        foreach (string name in result.Tokens.Select(token => token.Value))
        {
            if (HostileKindName.TryParse(name, out HostileKind kind))
            {
                kinds.Add(kind);
            }
            else
            {
                result.AddError($"No kind is called '{name}': {HostileKindName.All}");
            }
        }

        return [.. kinds];
    }
}
