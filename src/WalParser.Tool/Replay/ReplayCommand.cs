using System.CommandLine;
using WalParser.Inspection;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Commands;
using WalParser.Tool.Compare;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Servers;

namespace WalParser.Tool.Replay;

/// <summary><c>walparser replay</c>: replays the WALs of a Kvrocks server on a Redis or Kvrocks server.</summary>
internal sealed class ReplayCommand
{
    private readonly InputOptions _inputs = new();
    private readonly ReplaySettings _settings = new();
    private readonly ToolConsole _console;

    private ReplayCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var replay = new ReplayCommand(console);
        var command = new ToolCommand(
            "replay",
            "Replays the logs of a Kvrocks server on a Redis or Kvrocks server.",
            """
            Sends the commands that 'commands' shows, many at once, each batch as one transaction. The
            last line of the output is "last applied sequence N": the server has confirmed everything
            up to N, and refused nothing of it. Ctrl-C waits for the outstanding replies, so that N is
            exact; a second Ctrl-C does not. If the connection is lost, it is not known how much of
            the last batches was executed. With --checkpoint it is known, because the transaction of
            each batch sets the key.

            The first refused command ends the replay and is reported with its sequence number. The
            server executes what was sent after it; that is reported, too, and --window 1 avoids it.
            N, and the checkpoint, stay before the refused batch: when the cause is mended, the same
            command with --checkpoint brings the keys of that batch and of those after it to their
            state, and continues. A key that these logs did not write there is not overwritten.
            Refused commands are listed in a file, which --only takes.

            A gap, which is sequence numbers that damage took from the logs or a damaged batch, ends the
            replay, too: N and the checkpoint stay before it, and the exit code is 1. 'salvage' writes
            what can still be read to a folder, which the same command then replays. --past-gaps sends
            what follows a gap nevertheless; when later logs have what was missing, the same command
            with --checkpoint brings its keys, and those of what followed, to their state.

            A node of a Redis cluster is recognized; --cluster insists on it. Each batch is one
            transaction for each slot, sent to the slot's master, and each slot has its own checkpoint.
            Slots may move and replicas may take the place of masters meanwhile: a transaction that was
            not carried out is sent again. If a new master lacks what the old one confirmed, the replay
            ends with exit code 2, and the same command brings the slot's keys to their state.

            --raw omits what belongs to the server that wrote the logs: published messages, scripts,
            namespaces and the replication id. The target must have the same setting of
            cluster-enabled. A raw batch that is sent twice does no harm.

            Before the first write, the server is asked whether it can be written (a replica cannot),
            what it is, and which commands it would refuse; the keys of types that it would not accept
            are counted, and databases that are not empty are left alone (--existing). --dry-run does
            only that. Several sentinels are separated by commas; the one that answers names the master.

            Exit codes: 1 also if a command was refused, the state of a key cannot be confirmed, keys
            were omitted because no command creates them, or the server is not empty; 2 also if the
            server could not be reached or written, was silent, the connection was lost, or the logs
            have no keys in a namespace that was named.

            Examples:
              walparser replay /var/lib/kvrocks --to redis://localhost --checkpoint walparser:at
              REDISCLI_AUTH=... walparser replay db --to redis://host:6380/2 --from-sequence 1500
              walparser replay db --to rediss://bob@host --password-file pw --cacert ca.crt
              walparser replay db --to redis+sentinel://s1,s2,s3/mymaster --existing flush
              walparser replay db --to redis://localhost --only walparser-refused.jsonl
              walparser replay db --to redis://localhost --checkpoint walparser:at --verify
              walparser replay db --to redis://node:7000 --cluster --checkpoint walparser:at
              walparser replay db --to redis://kvrocks:6666 --raw --slot 0-8191
            """);
        replay._inputs.AddTo(command);
        replay._settings.AddTo(command);
        command.SetAction(replay.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        WalInputs inputs = await _inputs.FindAsync(parsed, cancellationToken);
        NamespaceDatabases? databases = _settings.DatabasesOf(parsed, out string error);
        if (databases is null || (_settings.ErrorIn(parsed, inputs) is { } fault && (error = fault).Length > 0))
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error);
        }

        RefusedList? only = null;
        if (_settings.OnlyPathOf(parsed) is { } path && (only = RefusedList.Read(path, out error)) is null)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error);
        }

        RedisEndpoint? endpoint = _settings.EndpointOf(parsed, _console, out error);
        if (error.Length > 0)
        {
            return WalParserCommand.UsageError(_console, parsed.CommandResult.Command, error);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _console.Interrupted = stop.Cancel;
        try
        {
            return await ReplayAsync(parsed, inputs, databases, endpoint, only, stop);
        }
        catch (RedisException exception)
        {
            ServerOptions.Report(_console, endpoint, exception);
            SayNothingSent(parsed);
            return ExitCode.Failure;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _console.Say("interrupted before anything was sent");
            SayNothingSent(parsed);
            return ExitCode.Interrupted;
        }
        finally
        {
            _console.Interrupted = null;
        }
    }

    private async Task<int> ReplayAsync(
        ParseResult parsed,
        WalInputs inputs,
        NamespaceDatabases databases,
        RedisEndpoint? endpoint,
        RefusedList? only,
        CancellationTokenSource stop)
    {
        await using DatabaseBatches batches = await DatabaseBatches.OpenKvrocksAsync(
            inputs,
            _settings.SlotEncodingOf(parsed),
            _console,
            showsProgress: true,
            stop.Token,
            new WalSetInspectorOptions { EndSequence = _settings.ToSequenceOf(parsed) });
        KeyspaceOptions keyspace = batches.Keyspace;
        if (_settings.HasSlots(parsed) && keyspace.SlotEncoding == SlotEncoding.Unknown)
        {
            // A filter by slots must know the encoding before the first batch. If no key shows it, there are no slots.
            keyspace = keyspace with { SlotEncoding = SlotEncoding.Off };
        }

        using var refused = new RefusedFile(_settings.RefusedPathOf(parsed), _console);
        TargetCheck check = _settings.CheckOf(
            parsed, _console, inputs, databases, endpoint, _settings.OptionsOf(parsed, databases, keyspace));
        if (!await check.RunAsync(stop.Token))
        {
            SayNothingSent(parsed);
            return check.ExitCode;
        }

        ReplayOptions options = check.Options with
        {
            DatabaseId = await DatabaseIdentity.FindAsync(inputs, stop.Token),
            Only = only?.Keys,
            OnlyRange = only?.Range,
            Refused = refused.Add,
        };
        bool isDry = _settings.IsDry(parsed);
        if (isDry && check.CheckpointSequence is { } confirmed)
        {
            options = options with { FromSequence = confirmed + 1 };
        }

        await using Replayer replayer = isDry
            ? Replayer.CreateDry(options)
            : await Replayer.ConnectAsync(endpoint!, options, stop.Token);
        _console.Interrupted = () =>
        {
            // A second Ctrl-C does not wait for replies.
            _console.Interrupted = replayer.Abort;
            stop.Cancel();
        };
        NamespaceCheck namespaces = check.BeginNamespaceCheck(batches);
        var run = new ReplayRun(_console, batches, replayer) { PassesGaps = _settings.PassesGaps(parsed) };
        (ReplayResult result, int exitCode) = await run.ReplayAsync(stop.Token);
        batches.EndProgress();
        refused.End(result);
        if (_settings.WaitReplicasOf(parsed) is { } replicas && result.UnansweredFrom is null)
        {
            exitCode = Math.Max(exitCode, await ReplicaWait.RunAsync(_console, replayer, replicas));
        }

        if (_settings.Verifies(parsed))
        {
            exitCode = Math.Max(exitCode, await VerifyAsync(parsed, run, batches, replayer, endpoint!, options, stop));
        }

        var report = new ReplayReport(_console, options, refused);
        if (isDry)
        {
            report.WriteDry(result);
        }
        else
        {
            report.Write(result);
        }

        if (run.HasPassedGap)
        {
            report.SayWhatNowAfterGap(result);
        }

        exitCode = refused.HasFailed ? ExitCode.Failure : Math.Max(exitCode, check.ExitCode);
        exitCode = stop.IsCancellationRequested ? exitCode : Math.Max(exitCode, await namespaces.ReportAsync());
        exitCode = only is null || !run.IsComplete ? exitCode : Math.Max(exitCode, only.ReportRest(_console, options, result));

        // The kind of the commands is that of the server, which does not have the other types.
        IEnumerable<ConversionNote> notes = replayer.Notes.Where(note => note.Kind != ConversionNoteKind.OtherType);
        return run.IsComplete
            ? Math.Max(exitCode, ConversionNotes.Report(_console, notes, isChosen: _settings.HasNamespace(parsed)))
            : exitCode;
    }

    /// <summary>Compares the dataset of the logs with the server; returns the exit code.</summary>
    private async Task<int> VerifyAsync(
        ParseResult parsed,
        ReplayRun run,
        DatabaseBatches batches,
        Replayer replayer,
        RedisEndpoint endpoint,
        ReplayOptions options,
        CancellationTokenSource stop)
    {
        if (!run.IsComplete)
        {
            _console.Say("--verify: nothing was compared, because the replay did not reach the end");
            return ExitCode.Damage;
        }

        Keyspace keyspace = replayer.Keyspace!;
        var output = new ByteWriter(_console.Output);
        var comparison = new CompareRun(
            _console,
            endpoint,
            new ComparisonOptions
            {
                Target = options.Commands.Target,
                Namespaces = options.Commands.Namespaces,
                DatabaseOf = options.DatabaseOf,
                CheckpointKey = options.CheckpointKey,
                IsLogWhole = !batches.BeginsLater && !run.HasGap && keyspace.OrphanCount + keyspace.DroppedOrphanCount == 0,
            })
        {
            IsNamespaceChosen = _settings.HasNamespace(parsed),
            AllowsUncompared = _settings.AllowsUncompared(parsed),
        };
        _console.Interrupted = stop.Cancel;
        int exitCode = await comparison.CompareAsync(keyspace, new CompareText(output, endpoint.ToString()), stop.Token);
        output.Flush();
        return exitCode;
    }

    private void SayNothingSent(ParseResult parsed)
    {
        if (!_settings.IsDry(parsed) && _settings.LastBefore(parsed) is { } last)
        {
            ReplayReport.WriteNothing(_console, last);
        }
    }
}
