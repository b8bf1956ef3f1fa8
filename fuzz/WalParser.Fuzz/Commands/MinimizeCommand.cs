using System.CommandLine;
using System.Diagnostics;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>minimize FILE</c>: makes an input smaller that shows something.</summary>
internal static class MinimizeCommand
{
    public static Command Create(TextWriter output)
    {
        var file = new Argument<string>("FILE") { Description = "The input. The smaller one is written beside it, with .min behind its name." };
        Option<FuzzTarget?> target = TargetArgument.CreateOption();
        var time = new Option<double>("--time") { Description = "For how many seconds; then the smallest so far is the result.", DefaultValueFactory = _ => 120 };
        time.MustBe(seconds => seconds is > 0 and <= int.MaxValue, "more than 0 seconds");
        var command = new Command("minimize", "Makes an input smaller, as long as it shows the same. Exit code 1 is that something is wrong with it, 0 that nothing is.") { file, target, time };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            FuzzTarget fuzzed = TargetArgument.Of(parsed.GetValue(target), path);
            byte[] input = File.ReadAllBytes(path);
            byte[] smallest = input;
            using var watchdog = new Watchdog(Watchdog.Patience, candidate =>
            {
                // The loop cannot be ended: what was reached is kept, and what hangs.
                File.WriteAllBytes(path + ".min", smallest);
                File.WriteAllBytes(path + ".hang", candidate);
                output.WriteLine($"{path}.hang: {LostProcessException.TimedOut().Message}; {path}.min has {smallest.Length} bytes");
                output.Flush();
                Environment.Exit(FuzzCommand.Found);
            });
            var executor = new Executor(fuzzed, watchdog);
            if (executor.Run(input) is not { } failure)
            {
                output.WriteLine($"{path}: nothing is wrong");
                return FuzzCommand.Clean;
            }

            string signature = Finding.SignatureOf(failure);
            var watch = Stopwatch.StartNew();
            var limit = TimeSpan.FromSeconds(parsed.GetValue(time));
            InputMinimizer.Minimize(
                input,
                candidate =>
                {
                    bool isSame = watch.Elapsed < limit && executor.Run(candidate) is { } other && Finding.SignatureOf(other) == signature;
                    smallest = isSame ? candidate : smallest;
                    return isSame;
                },
                fuzzed.Structure);
            File.WriteAllBytes(path + ".min", smallest);
            output.WriteLine($"{path}.min: {input.Length} bytes are now {smallest.Length}, after {executor.Executions} executions{(watch.Elapsed < limit ? "" : ", when time was up")} ({signature})");
            return FuzzCommand.Found;
        });
        return command;
    }
}
