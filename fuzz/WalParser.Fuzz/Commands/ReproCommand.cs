using System.CommandLine;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>repro FILE...</c>: runs inputs once.</summary>
internal static class ReproCommand
{
    public static Command Create(TextWriter output)
    {
        var files = new Argument<string[]>("FILE") { Description = "Inputs.", Arity = ArgumentArity.OneOrMore };
        Option<FuzzTarget?> target = TargetArgument.CreateOption();
        var command = new Command("repro", "Runs each input once and shows the findings.") { files, target };
        command.SetAction(parsed =>
        {
            int exitCode = FuzzCommand.Clean;
            foreach (string file in parsed.GetRequiredValue(files))
            {
                using var watchdog = new Watchdog(Watchdog.Patience, _ =>
                {
                    output.WriteLine($"{file}: {LostProcessException.TimedOut().Message}");
                    output.Flush();
                    Environment.Exit(FuzzCommand.Found);
                });
                var executor = new Executor(TargetArgument.Of(parsed.GetValue(target), file), watchdog);
                if (executor.Run(File.ReadAllBytes(file)) is { } failure)
                {
                    output.WriteLine($"{file}: {failure}");
                    exitCode = FuzzCommand.Found;
                }
                else
                {
                    output.WriteLine($"{file}: nothing is wrong");
                }
            }

            return exitCode;
        });
        return command;
    }
}
