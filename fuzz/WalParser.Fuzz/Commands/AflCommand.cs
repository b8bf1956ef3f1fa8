using System.CommandLine;
using System.Globalization;
using WalParser.Fuzz.Afl;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>afl TARGET FILE</c>: the program that AFL++ runs.</summary>
internal static class AflCommand
{
    public static Command Create()
    {
        Argument<FuzzTarget> target = TargetArgument.Create();
        var file = new Argument<string>("FILE") { Description = "The file into which AFL writes each input: @@." };
        var steps = new Option<long?>("--steps")
        {
            Description = "The number of basic blocks that an execution may enter, instead of the target's own limit. Finds slow inputs.",
        };
        steps.MustBe(limit => limit is null or > 0, "1 or more");
        var worker = new Option<bool>("--worker") { Hidden = true };
        var command = new Command(
            "afl",
            "Serves afl-fuzz: AFL_SKIP_BIN_CHECK=1 afl-fuzz -i SEEDS -o OUT -t 5000 -- dotnet WalParser.Fuzz.dll afl TARGET @@. "
            + "If a person or afl-showmap starts it, it runs the file once.")
        {
            target, file, steps, worker,
        };
        command.SetAction(parsed =>
        {
            FuzzTarget fuzzed = parsed.GetRequiredValue(target);
            string input = parsed.GetRequiredValue(file);
            long? limit = parsed.GetValue(steps);
            var executor = new Executor(fuzzed) { StepLimit = limit };
            if (parsed.GetValue(worker))
            {
                return AflWorker.Run(executor, input);
            }

            if (!ForkServer.IsWanted)
            {
                return SingleRun.Run(executor, input);
            }

            string[] more = limit is null ? [] : ["--steps", limit.Value.ToString(CultureInfo.InvariantCulture)];
            ForkServer.Run(["afl", "--worker", fuzzed.Name, input, .. more]);
            return FuzzCommand.Clean;
        });
        return command;
    }
}
