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
        var command = new Command("minimize", "Makes an input smaller, as long as it shows the same.") { file, target, time };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            var executor = new Executor(TargetArgument.Of(parsed.GetValue(target), path));
            byte[] input = File.ReadAllBytes(path);
            if (executor.Run(input) is not { } failure)
            {
                output.WriteLine($"{path}: nothing is wrong");
                return FuzzCommand.Failure;
            }

            string signature = Finding.SignatureOf(failure);
            var watch = Stopwatch.StartNew();
            var limit = TimeSpan.FromSeconds(parsed.GetValue(time));
            byte[] smallest = InputMinimizer.Minimize(
                input,
                candidate => watch.Elapsed < limit && executor.Run(candidate) is { } other && Finding.SignatureOf(other) == signature,
                executor.Target.Structure);
            File.WriteAllBytes(path + ".min", smallest);
            output.WriteLine($"{path}.min: {input.Length} bytes are now {smallest.Length}, after {executor.Executions} executions{(watch.Elapsed < limit ? "" : ", when time was up")} ({signature})");
            return FuzzCommand.Clean;
        });
        return command;
    }
}
