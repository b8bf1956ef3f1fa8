using System.CommandLine;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>cmin TARGET FOLDER</c>: picks the inputs that are needed.</summary>
internal static class CminCommand
{
    public static Command Create(TextWriter output)
    {
        Argument<FuzzTarget> target = TargetArgument.Create();
        var folder = new Argument<string>("FOLDER") { Description = "The corpus." };
        var into = new Option<string>("--into") { Description = "Where the inputs go that are needed.", Required = true };
        var command = new Command("cmin", "Copies a small part of a corpus that covers the same as all of it.") { target, folder, into };
        command.SetAction(parsed =>
        {
            string[] files = Directory.GetFiles(parsed.GetRequiredValue(folder));
            if (files.Length == 0)
            {
                throw new IOException($"{parsed.GetRequiredValue(folder)}: there are no inputs");
            }

            IReadOnlyList<string> chosen = CorpusMinimizer.Choose(new Executor(parsed.GetRequiredValue(target)), files, out IReadOnlyList<string> wrong);
            string destination = parsed.GetRequiredValue(into);
            Directory.CreateDirectory(destination);
            foreach (string file in chosen)
            {
                File.Copy(file, Path.Combine(destination, Path.GetFileName(file)), overwrite: true);
            }

            foreach (string file in wrong)
            {
                output.WriteLine($"{file}: left out, as something is wrong; see repro");
            }

            output.WriteLine($"{chosen.Count} of {files.Length} inputs cover the same");
            return wrong.Count == 0 ? FuzzCommand.Clean : FuzzCommand.Found;
        });
        return command;
    }
}
