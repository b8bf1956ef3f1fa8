using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>run TARGET</c>: fuzzes for a given time or a given number of executions.</summary>
internal sealed class RunCommand
{
    private const double MostSeconds = 7 * 24 * 3600;

    private readonly Argument<FuzzTarget> _target = TargetArgument.Create();
    private readonly Option<double> _time = new("--time")
    {
        Description = "The time limit in seconds, one week at most.",
        DefaultValueFactory = _ => 60,
    };
    private readonly Option<long?> _runs = new("--runs")
    {
        Description = "The number of executions, instead of a time limit. The result then depends only on the seed. "
            + "The inputs of the corpus are always run, and are counted.",
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "The seed of the random number generator.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string> _corpus = new("--corpus")
    {
        Description = "A folder of additional inputs, to which inputs with new coverage are added.",
    };

    private readonly Option<string> _findings = new("--findings")
    {
        Description = "The folder for findings. The default is a folder beside the corpus.",
        DefaultValueFactory = _ => CorpusFolder.Findings,
    };

    private readonly TextWriter _output;
    private readonly Stopwatch _watch = new();

    private RunCommand(TextWriter output) => _output = output;

    public static Command Create(TextWriter output)
    {
        var run = new RunCommand(output);
        run._time.MustBe(seconds => seconds is > 0 and <= MostSeconds, "more than 0 seconds, and one week at most");
        run._runs.MustBe(runs => runs is null or > 0, "more than 0");
        var command = new Command("run", "Fuzzes a target and reports the progress.")
        {
            run._target, run._time, run._runs, run._seed, run._corpus, run._findings,
        };
        command.SetAction(run.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        FuzzTarget target = parsed.GetRequiredValue(_target);
        int seed = parsed.GetValue(_seed);
        var findings = new FindingStore(Path.Combine(parsed.GetRequiredValue(_findings), target.Name), target);
        RunningInput.SaveAbandoned(
            findings.Folder, input => ReportFinding(findings, new FuzzFinding(input, LostProcessException.Died()), seed, executions: 0));

        using var running = new RunningInput(findings.Folder, target.MaxInputSize);
        Fuzzer? fuzzer = null;
        using var watchdog = new Watchdog(Watchdog.Patience, input =>
        {
            ReportFinding(findings, new FuzzFinding(input, LostProcessException.TimedOut()), seed, fuzzer!.Executions);
            running.Delete();
            _output.Flush();
            Environment.Exit(FuzzCommand.Found);
        });
        fuzzer = new Fuzzer(new Executor(target, watchdog, running), seed, InstrumentedContext.ReadConstants());
        fuzzer.Found += finding => ReportFinding(findings, finding, seed, fuzzer.Executions);

        string? corpus = parsed.GetValue(_corpus);
        if (corpus is not null)
        {
            Directory.CreateDirectory(corpus);
            fuzzer.Kept += input => File.WriteAllBytes(Path.Combine(corpus, Convert.ToHexStringLower(SHA256.HashData(input))[..16]), input);
        }

        bool isStopped = false;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        _watch.Start();
        fuzzer.AddSeeds(
            [
                .. CorpusFolder.FilesOf(CorpusFolder.Default, target.Name).Concat(
                    corpus is null ? [] : FilesOf(corpus)).Select(File.ReadAllBytes),
            ]);
        var until = TimeSpan.FromSeconds(parsed.GetValue(_time));
        TimeSpan nextReport = TimeSpan.FromSeconds(10);
        fuzzer.Run(parsed.GetValue(_runs) ?? long.MaxValue, () =>
        {
            if (_watch.Elapsed >= nextReport)
            {
                nextReport += nextReport < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(1);
                ReportProgress(target, fuzzer, findings);
            }

            return !Volatile.Read(ref isStopped) && (parsed.GetValue(_runs) is not null || _watch.Elapsed < until);
        });
        ReportProgress(target, fuzzer, findings);
        return findings.Count == 0 ? FuzzCommand.Clean : FuzzCommand.Found;

        // The first signal ends the run normally. Otherwise the current input would be reported as one that killed the process.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !Volatile.Read(ref isStopped);
            Volatile.Write(ref isStopped, true);
        }
    }

    private void ReportFinding(FindingStore findings, FuzzFinding finding, int seed, long executions)
    {
        if (findings.Save(finding, seed, executions) is { } path)
        {
            _output.WriteLine(findings.Describe(finding, path));
        }
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal);

    private void ReportProgress(FuzzTarget target, Fuzzer fuzzer, FindingStore findings)
    {
        double perSecond = fuzzer.Executions / _watch.Elapsed.TotalSeconds;
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {_watch.Elapsed.TotalSeconds:F0} s, {fuzzer.Executions} executions, {perSecond:F0} a second, "
                + $"{fuzzer.Queue.Count} inputs, {fuzzer.Edges} edges, {findings.Count} findings, seed {fuzzer.Seed}"));
        _output.Flush();
    }
}
