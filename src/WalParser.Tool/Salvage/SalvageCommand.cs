using System.CommandLine;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Salvage;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Salvage;

/// <summary><c>walparser salvage</c>: writes the readable records into clean WALs.</summary>
internal sealed class SalvageCommand
{
    private static readonly string[] ViewNames = ["everything", "recovery"];

    private readonly InputOptions _inputs = new();
    private readonly Option<OutputFormat> _format = FormatOption.CreateForReport();
    private readonly ToolConsole _console;

    private readonly Option<string?> _output = new(OutputOption.Name, OutputOption.ShortName)
    {
        Description =
            "Where the output is written: a folder, which is created if it does not exist. It must not be a folder that is read, nor a "
            + "database or inside one, also not through links or mounts, and no file in it is overwritten. Required unless --dry-run.",
        HelpName = "FOLDER",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Write nothing. Only report what would be salvaged and what is lost.",
    };

    private readonly Option<SalvageView> _view = new("--view")
    {
        Description =
            "everything: all records that can be read, including those after damage inside a block; recovery: what RocksDB would "
            + "replay on opening the database. [default: everything]",
        HelpName = "VIEW",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, ViewNames, Enum.GetValues<SalvageView>()),
    };

    private readonly Option<WalRecoveryMode> _mode = RecoveryModeOption.Create(
        "It applies to --view recovery. [default: that in the folder's newest OPTIONS file, else point-in-time]");

    private readonly Option<bool> _stale = new("--stale")
    {
        Description = "Also write the records of the earlier uses of recycled logs, each into FOLDER/stale-of-NUMBER/OLD-NUMBER.log.",
    };

    private SalvageCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var command = new ToolCommand(
            "salvage",
            "Writes the readable records of damaged WALs into clean ones, and reports what was lost and where.",
            """
            Each log is written to a log of the same number in the output folder, or of the same
            name if its name is no number, without compression and without batches that RocksDB
            would refuse. After damage inside a block, the command searches for the next header
            with a valid checksum, which RocksDB does not do. A fragment is also read if only the
            length or the log number in its header is damaged.

            A record is left out if RocksDB would refuse to open the database with it, or would stop
            at it: it sets the sequence numbers back (RocksDB 10.1 and later), takes numbers beyond
            the greatest one, has a malformed wide-column entity or blob index, or does not agree
            with the comparators in the MANIFEST. If it repeats a record, nothing is lost by that;
            otherwise it is written to FOLDER/left-out-of-NUMBER/NUMBER.log.

            For each hole, the report names the sequence numbers that are missing, and the keys and
            column families that the records before and after it change.

            The exit code is 1 if anything was lost or read from a damaged header, and also if the
            report names a file of the database that is damaged, missing, skipped, or different
            from what another file says about it.

            Examples:
              walparser salvage crashed/db --dry-run
              walparser salvage crashed/db --output salvaged
              walparser salvage 000010.log --output /tmp/salvaged --format json | jq '.logs[].losses'
            """);
        var salvage = new SalvageCommand(console);
        salvage._inputs.AddTo(command);
        command.Add(salvage._output);
        command.Add(salvage._dryRun);
        command.Add(salvage._view);
        command.Add(salvage._mode);
        command.Add(salvage._stale);
        command.Add(salvage._format);
        command.SetAction(salvage.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        bool isRecovery = parsed.GetValue(_view) == SalvageView.Recovery;
        WalRecoveryMode? mode = parsed.GetResult(_mode) is null ? null : parsed.GetValue(_mode);
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        string? output = parsed.GetValue(_output);
        bool isDryRun = parsed.GetValue(_dryRun);
        string? fault = output is { Length: 0 } ? "--output takes a folder, not ''"
            : output is null && !isDryRun ? "salvage needs --output FOLDER, or --dry-run"
            : mode is not null && !isRecovery ? "--mode is for --view recovery"
            : parsed.GetValue(_stale) && isRecovery ? "--stale is not for --view recovery: stale records are not replayed"
            : inputs.All.Select(input => input.Folder).Distinct().Count() > 1 ? "the logs are in several folders; salvage one at a time"
            : null;
        if (fault is not null)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, fault);
        }

        if (inputs.All.Count == 0)
        {
            // There is nothing to salvage, but the MANIFEST may say what is missing.
            InspectionRun missing = await InspectionRun.InspectAsync(inputs, _console, cancellationToken);
            await ReportOutput.WriteAsync(
                _console,
                parsed.GetValue(_format),
                json => InspectionJson.Write(missing, json, static (_, _) => { }),
                text => FindingsText.WriteFindings(missing, text));
            return missing.ExitCode;
        }

        var options = new SalvageOptions
        {
            View = parsed.GetValue(_view),
            Mode = mode,
            IncludesStale = parsed.GetValue(_stale),
            MaxRecordSize = inputs.All[0].MaxRecordSize,
            MaxCopySize = inputs.All[0].MaxCopySize,
            IsDryRun = isDryRun,
        };
        SalvageReport report;
        InspectionRun? inspection = null;
        FamilyNames names;
        DatabaseFolder? database;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _console.Interrupted = stop.Cancel;
        try
        {
            ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, _console, stop.Token);
            names = families[inputs.All[0]];
            database = families.WholeDatabaseOf([.. inputs.All]);
            var set = new WalSet(
                inputs.All.Select(input => input.ToWalFile(_console)),
                new WalSetOptions { MaxRecordSize = options.MaxRecordSize, MaxCopySize = options.MaxCopySize },
                inputs.Databases.Count == 0 && database?.Manifest is null ? null : database);
            using (var progress = new ProgressLine(_console, isWanted: true, inputs.TotalSize))
            {
                report = await LogSalvage.RunAsync(
                    set, output, options, new SetProgress(progress, file => ShownText.Of(file.Name)), stop.Token);
            }

            if (!isDryRun && report.Logs.Any(log => log.OutputPath is not null))
            {
                // A replay that was begun with the damaged logs continues with the salvaged ones only if they are of the same database.
                await DatabaseIdentity.CopyAsync(inputs, output!, stop.Token);
            }

            if (!isRecovery && inputs.All.All(IsReadableTwice))
            {
                // The findings are those of all commands. The logs are read for them only when the output is safe.
                inspection = await InspectionRun.InspectAsync(inputs, _console, stop.Token, families);
            }
            else
            {
                inputs.ReportFindings(_console);
                inputs.ReportFailures(_console);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _console.Say(isDryRun
                ? "interrupted"
                : $"interrupted: the unfinished log is removed; logs that were finished before, if any, are in {output}");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not OutputException)
        {
            _console.Say(ShownText.Of(e.Message));
            return ExitCode.Failure;
        }
        finally
        {
            _console.Interrupted = null;
        }

        foreach (SalvagedLog log in report.Logs.Where(log => log.Failure is not null && !IsReported(log, inspection)))
        {
            string kept = log.OutputPath is null ? "" : $"; what was salvaged until then is in {log.OutputPath}";
            string failure = LeftoverOf(log) is { } leftover
                ? $"{leftover} was left by a run that was killed or could not read its source to the end; delete it and run again"
                : log.Failure!;
            _console.Say(ShownText.Of($"{log.Source.Name}: {failure}{kept}"));
        }

        await ReportOutput.WriteAsync(
            _console,
            parsed.GetValue(_format),
            json => SalvageJson.Write(report, inspection, names, isDryRun, inputs.Failures, json),
            text =>
            {
                SalvageText.Write(report, inspection, names, isDryRun, text);
                if (!isDryRun)
                {
                    NextSteps.Write(report, Holes.Of(report, inspection), output!, database, text);
                }
            });
        bool isUnread = inputs.Failures.Count > 0
            || report.HasFailures
            || report.Findings.Any(problem => problem.Kind == FindingKind.Unreadable);
        return isUnread ? ExitCode.Failure
            : inspection is not null
                ? Math.Max(inspection.ExitCode, report.Logs.Any(IsNotWhole) ? ExitCode.Damage : ExitCode.Clean)
            : report.HasLosses
                || report.Logs.Any(log => log.MendedCount > 0)
                || report.Findings.Any(finding => ExitCode.Of(finding) != ExitCode.Clean) ? ExitCode.Damage
            : ExitCode.Clean;
    }

    /// <summary>Returns whether a log can be read again for the findings: what comes through a pipe cannot.</summary>
    private static bool IsReadableTwice(WalInput input) =>
        input.Listed is not null || SlotDetection.IsReadableTwice(input) || (File.Exists(input.Path) && input.Size == 0);

    /// <summary>Returns whether something in a log was not salvaged, or only after a damaged header was mended.</summary>
    private static bool IsNotWhole(SalvagedLog log) =>
        log.LossCount > 0 || log.MendedCount > 0 || log.LeftOutRecords > log.RepeatedRecords
        || log.NotWritten is { Severity: not FindingSeverity.Note };

    /// <summary>Returns whether the inspection has failed to open the same log and has said so.</summary>
    private static bool IsReported(SalvagedLog log, InspectionRun? inspection) =>
        log is { Size: 0, OutputPath: null, Source.Path: { } path }
        && inspection?.Failures.Any(failure => failure.Path == path) == true
        && LeftoverOf(log) is null;

    /// <summary>
    /// Returns the path of the unfinished log of an earlier run if that log caused the failure, or null. The message of the system contains
    /// the path in quotes.
    /// </summary>
    private static string? LeftoverOf(SalvagedLog log)
    {
        string failure = log.Failure ?? "";
        int start = failure.IndexOf('\'', StringComparison.Ordinal) + 1;
        int end = failure.LastIndexOf('\'');
        string path = start > 0 && end > start ? failure[start..end] : "";
        bool isLeftover = path.EndsWith(".log.unfinished", StringComparison.Ordinal) && File.Exists(path)
            && (log.OutputPath is null || Path.GetFullPath(log.OutputPath) != path);
        return isLeftover ? path : null;
    }
}
