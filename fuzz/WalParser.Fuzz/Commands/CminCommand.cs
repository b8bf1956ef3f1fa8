using System.CommandLine;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>cmin TARGET FOLDER</c>: copies the inputs that are needed for the coverage of a corpus.</summary>
internal static class CminCommand
{
    public static Command Create(TextWriter output)
    {
        Argument<FuzzTarget> target = TargetArgument.Create();
        var folder = new Argument<string>("FOLDER") { Description = "The corpus." };
        var into = new Option<string>("--into") { Description = "The folder for the inputs that are needed.", Required = true };
        var command = new Command(
            "cmin", "Copies a small part of a corpus that has the same coverage as the whole corpus.") { target, folder, into };
        command.SetAction(parsed =>
        {
            string[] files = Directory.GetFiles(parsed.GetRequiredValue(folder));
            if (files.Length == 0)
            {
                throw new IOException($"{parsed.GetRequiredValue(folder)}: the folder contains no inputs");
            }

            IReadOnlyList<string> chosen = CorpusMinimizer.Choose(
                new Executor(parsed.GetRequiredValue(target)), files, out IReadOnlyList<string> wrong);
            string destination = parsed.GetRequiredValue(into);
            Directory.CreateDirectory(destination);
            foreach (string file in chosen)
            {
                File.Copy(file, Path.Combine(destination, Path.GetFileName(file)), overwrite: true);
            }

            foreach (string file in wrong)
            {
                output.WriteLine($"{file}: left out, because it is a finding; run repro to see it");
            }

            output.WriteLine($"{chosen.Count} of {files.Length} inputs have the same coverage");
            return wrong.Count == 0 ? FuzzCommand.Clean : FuzzCommand.Found;
        });
        return command;
    }
}
