using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>run TARGET</c>: fuzzes for a time, or for a number of executions.</summary>
internal sealed class RunCommand
{
    private readonly Argument<FuzzTarget> _target = TargetArgument.Create();
    private readonly Option<double> _time = new("--time") { Description = "For how many seconds.", DefaultValueFactory = _ => 60 };
    private readonly Option<long?> _runs = new("--runs") { Description = "How many executions, instead of a time: the same seed then gives the same, always." };
    private readonly Option<int> _seed = new("--seed") { Description = "Where chance begins.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _corpus = new("--corpus")
    {
        Description = "A folder of more inputs, in which those that cover something new are kept.",
    };

    private readonly Option<string> _findings = new("--findings") { Description = "Where findings go.", DefaultValueFactory = _ => "fuzz/findings" };
    private readonly TextWriter _output;
    private readonly Stopwatch _watch = new();

    private RunCommand(TextWriter output) => _output = output;

    public static Command Create(TextWriter output)
    {
        var run = new RunCommand(output);
        var command = new Command("run", "Fuzzes a target, and tells how it goes.")
        {
            run._target, run._time, run._runs, run._seed, run._corpus, run._findings,
        };
        run._time.Validators.Add(result => Demand(result, result.GetValueOrDefault<double>() > 0));
        run._runs.Validators.Add(result => Demand(result, result.GetValueOrDefault<long?>() > 0));
        command.SetAction(run.Run);
        return command;
    }

    private static void Demand(OptionResult result, bool isMore)
    {
        if (!isMore)
        {
            result.AddError($"{result.Option.Name}: more than 0");
        }
    }

    private int Run(ParseResult parsed)
    {
        FuzzTarget target = parsed.GetRequiredValue(_target);
        int seed = parsed.GetValue(_seed);
        var findings = new FindingStore(Path.Combine(parsed.GetRequiredValue(_findings), target.Name), target);
        long executions = 0;
        using var watchdog = new Watchdog(TimeSpan.FromSeconds(20), input =>
        {
            string? path = findings.Save(new Finding(input, new TimeoutException("an execution takes too long")), seed, executions);
            _output.WriteLine($"hang: {findings.ReproductionOf(path ?? findings.Folder)}");
            _output.Flush();
            Environment.Exit(FuzzCommand.Found);
        });
        foreach (byte[] input in RunningInput.TakeLeft(findings.Folder))
        {
            Tell(findings, new Finding(input, new OracleException("process died", "an earlier process died while it ran this")), seed, executions);
        }

        using var running = new RunningInput(findings.Folder, target.MaxInputSize);
        var fuzzer = new Fuzzer(new Executor(target, watchdog, running), seed, InstrumentedContext.ReadConstants());
        fuzzer.Found += finding =>
        {
            executions = fuzzer.Executions;
            Tell(findings, finding, seed, executions);
        };

        string? corpus = parsed.GetValue(_corpus);
        if (corpus is not null)
        {
            Directory.CreateDirectory(corpus);
            fuzzer.Kept += input => File.WriteAllBytes(Path.Combine(corpus, Convert.ToHexStringLower(SHA256.HashData(input))[..16]), input);
        }

        _watch.Start();
        fuzzer.AddSeeds([.. CorpusFolder.FilesOf(CorpusFolder.Default, target.Name).Concat(corpus is null ? [] : FilesOf(corpus)).Select(File.ReadAllBytes)]);
        var until = TimeSpan.FromSeconds(parsed.GetValue(_time));
        TimeSpan nextReport = TimeSpan.FromSeconds(10);
        fuzzer.Run(parsed.GetValue(_runs) ?? long.MaxValue, () =>
        {
            if (_watch.Elapsed >= nextReport)
            {
                nextReport += nextReport < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(10) : TimeSpan.FromMinutes(1);
                Report(target, fuzzer, findings);
            }

            return parsed.GetValue(_runs) is not null || _watch.Elapsed < until;
        });
        Report(target, fuzzer, findings);
        return findings.Count == 0 ? FuzzCommand.Clean : FuzzCommand.Found;
    }

    private void Tell(FindingStore findings, Finding finding, int seed, long executions)
    {
        if (findings.Save(finding, seed, executions) is { } path)
        {
            _output.WriteLine($"found: {finding.Failure.Message.ReplaceLineEndings(" ")}");
            _output.WriteLine(findings.ReproductionOf(path));
        }
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal);

    private void Report(FuzzTarget target, Fuzzer fuzzer, FindingStore findings)
    {
        double perSecond = fuzzer.Executions / _watch.Elapsed.TotalSeconds;
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {_watch.Elapsed.TotalSeconds:F0} s, {fuzzer.Executions} executions, {perSecond:F0} a second, {fuzzer.Queue.Count} inputs, {fuzzer.Edges} edges, {findings.Count} findings, seed {fuzzer.Seed}"));
        _output.Flush();
    }
}
