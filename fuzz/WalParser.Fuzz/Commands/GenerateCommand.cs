using System.CommandLine;
using WalParser.Fuzz.Generation;

namespace WalParser.Fuzz.Commands;

/// <summary><c>generate</c>: hostile logs for the tests of other programs.</summary>
internal static class GenerateCommand
{
    public static Command Create(TextWriter output)
    {
        var kind = new Option<HostileKind[]>("--kind") { Description = "What is to be wrong; every kind if it is left out.", AllowMultipleArgumentsPerToken = true };
        var seed = new Option<int>("--seed") { Description = "The first seed; each log of a kind has the next.", DefaultValueFactory = _ => 1 };
        var count = new Option<int>("--count") { Description = "How many logs of each kind.", DefaultValueFactory = _ => 10 };
        kind.AcceptOnlyFromAmong(Enum.GetNames<HostileKind>());
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--count: at least 1");
            }
        });
        var folder = new Option<string>("--out") { Description = "Where they go.", Required = true };
        var command = new Command("generate", "Makes logs with something wrong in each, and manifest.jsonl, which says what, and what can still be read.")
        {
            kind, seed, count, folder,
        };
        command.SetAction(parsed =>
        {
            string destination = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(destination);
            HostileKind[] kinds = parsed.GetValue(kind) is { Length: > 0 } given ? given : Enum.GetValues<HostileKind>();
            using var manifest = new StreamWriter(Path.Combine(destination, "manifest.jsonl")) { NewLine = "\n" };
            int made = 0;
            foreach (HostileKind wrong in kinds)
            {
                for (int i = 0; i < parsed.GetValue(count); i++, made++)
                {
                    HostileLog log = LogGenerator.Generate(wrong, parsed.GetValue(seed) + i);
                    File.WriteAllBytes(Path.Combine(destination, log.Name), log.Bytes);
                    manifest.WriteLine(log.ToJson());
                }
            }

            output.WriteLine($"{made} logs");
            return FuzzCommand.Clean;
        });
        return command;
    }
}
