using System.CommandLine;
using System.Diagnostics;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>minimize FILE</c>: makes an input that is a finding smaller.</summary>
internal static class MinimizeCommand
{
    public static Command Create(TextWriter output)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The input. The smaller input is written beside it, with .min appended to its name.",
        };
        Option<FuzzTarget?> target = TargetArgument.CreateOption();
        var time = new Option<double>("--time")
        {
            Description = "The time limit in seconds. When it is over, the smallest input so far is the result.",
            DefaultValueFactory = _ => 120,
        };
        time.MustBe(seconds => seconds is > 0 and <= int.MaxValue, "more than 0 seconds");
        var command = new Command(
            "minimize",
            "Makes an input smaller while it remains the same finding. The exit code is 1 if the input is a finding, and 0 if it is not.")
        {
            file, target, time,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            FuzzTarget fuzzed = TargetArgument.Of(parsed.GetValue(target), path);
            byte[] input = File.ReadAllBytes(path);
            byte[] smallest = input;
            using var watchdog = new Watchdog(Watchdog.Patience, candidate =>
            {
                // The endless loop cannot be stopped. The smallest input so far and the input that hangs are saved.
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

            string signature = FuzzFinding.SignatureOf(failure);
            var watch = Stopwatch.StartNew();
            var limit = TimeSpan.FromSeconds(parsed.GetValue(time));
            InputMinimizer.Minimize(
                input,
                candidate =>
                {
                    bool isSame = watch.Elapsed < limit
                        && executor.Run(candidate) is { } other && FuzzFinding.SignatureOf(other) == signature;
                    smallest = isSame ? candidate : smallest;
                    return isSame;
                },
                fuzzed.Structure);
            File.WriteAllBytes(path + ".min", smallest);
            string note = watch.Elapsed < limit ? "" : ", when the time was over";
            output.WriteLine(
                $"{path}.min: reduced from {input.Length} to {smallest.Length} bytes, after {executor.Executions} executions{note} "
                    + $"({signature})");
            return FuzzCommand.Found;
        });
        return command;
    }
}
