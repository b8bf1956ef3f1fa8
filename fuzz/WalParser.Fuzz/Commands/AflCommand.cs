using System.CommandLine;
using WalParser.Fuzz.Afl;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>afl TARGET FILE</c>: what AFL++ runs.</summary>
internal static class AflCommand
{
    public static Command Create()
    {
        Argument<FuzzTarget> target = TargetArgument.Create();
        var file = new Argument<string>("FILE") { Description = "Where AFL puts each input: @@." };
        var worker = new Option<bool>("--worker") { Hidden = true };
        var command = new Command("afl", "Serves afl-fuzz: AFL_SKIP_BIN_CHECK=1 afl-fuzz -i SEEDS -o OUT -t 5000 -- dotnet WalParser.Fuzz.dll afl TARGET @@")
        {
            target, file, worker,
        };
        command.SetAction(parsed =>
        {
            FuzzTarget fuzzed = parsed.GetRequiredValue(target);
            string input = parsed.GetRequiredValue(file);
            return parsed.GetValue(worker) ? AflWorker.Run(fuzzed, input) : ForkServer.Run(fuzzed.Name, input);
        });
        return command;
    }
}
