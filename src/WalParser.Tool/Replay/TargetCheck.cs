using System.Globalization;
using WalParser.Inspection;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Servers;

namespace WalParser.Tool.Replay;

/// <summary>
/// Looks at the server and at the logs before a replay writes anything, and says what the replay will not bring over, or why it does not
/// begin.
/// </summary>
internal sealed class TargetCheck(ToolConsole console, WalInputs inputs)
{
    private LogSurvey? _survey;

    /// <summary>The server; null for a dry run without one.</summary>
    public RedisEndpoint? Endpoint { get; init; }

    /// <summary>The databases that would be written.</summary>
    public IReadOnlyCollection<int> Databases { get; init; } = [];

    /// <summary>The namespaces that the user has named, each of which must have keys.</summary>
    public IReadOnlyCollection<ReadOnlyMemory<byte>> Namespaces { get; init; } = [];

    /// <summary>The last sequence number to send; null for all.</summary>
    public ulong? ToSequence { get; init; }

    /// <summary>What to do with keys that are there.</summary>
    public ExistingKeys Existing { get; init; }

    /// <summary>The time limit of each answer of the server, and of the wait while it is loading its data.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether nothing is changed.</summary>
    public bool IsDry { get; init; }

    /// <summary>Whether the server decides for which kind of server the commands are.</summary>
    public bool TakesDialect { get; init; }

    /// <summary>The options of the replay. A check sets <see cref="CommandOptions.Target"/>.</summary>
    public required ReplayOptions Options { get; set; }

    /// <summary>The last sequence number that the server's checkpoint confirms; null if it has none. Known after the check.</summary>
    public ulong? CheckpointSequence { get; private set; }

    /// <summary>The exit code that follows from what the check has found. The replay may begin unless it returned false.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Checks. Returns false if the replay must not begin; the reason was reported.</summary>
    /// <exception cref="RedisException">The server cannot be reached or written.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        TargetDescription? target = Endpoint is null ? null : await LookAsync(cancellationToken);
        if (target is not null && !SettleDialect(target))
        {
            return false;
        }

        if (target is not null)
        {
            Options = Options with { Commands = target.Avoiding(Options.Commands) };
        }

        if (target?.IsCluster == true && !Options.IsRaw)
        {
            Options = Options with { RequiresCluster = true };
        }

        if (!await SurveyAsync(target, cancellationToken) || (target is not null && !IsUsable(target)))
        {
            return false;
        }

        CheckpointSequence = target?.CheckpointSequence;

        // The replay itself says why no log could be read.
        return target is null || _survey is { BatchCount: 0 } || await SettleExistingAsync(target, cancellationToken);
    }

    /// <summary>
    /// Begins to check, for logs that cannot be read twice (standard input), whether the namespaces of the user have keys.
    /// </summary>
    public NamespaceCheck BeginNamespaceCheck(DatabaseBatches batches) =>
        NamespaceCheck.Begin(console, batches, HasStandardInput ? Namespaces : []);

    private bool HasStandardInput => inputs.All.Any(input => input.IsStandardInput);

    private async Task<TargetDescription> LookAsync(CancellationToken cancellationToken)
    {
        TargetProbe probe = Probe();
        TargetDescription target = await probe.LookAsync(Endpoint!, cancellationToken);
        if (IsDry)
        {
            console.Say($"{Endpoint}: {target.ServerText}{(target.IsCluster ? ", a node of a cluster" : "")}{KeysText(target)}");
        }

        if (target.EvictionPolicy is { } policy)
        {
            console.Say(
                $"{Endpoint} deletes keys when its memory is full (maxmemory-policy {policy}): keys can then vanish without an error; "
                + "maxmemory-policy noeviction refuses them instead");
        }

        if (!target.IsTried)
        {
            console.Say($"{Endpoint} does not let commands be tried (MULTI), so it is not known which of them it refuses");
        }

        return target;
    }

    /// <summary>
    /// Takes the kind of the commands from the server. Returns false if the user has chosen another one: the commands of Redis would turn
    /// keys of a Kvrocks server into other types without an error.
    /// </summary>
    private bool SettleDialect(TargetDescription target)
    {
        CommandTarget own = target.Server == TargetServer.Kvrocks ? CommandTarget.Kvrocks : CommandTarget.Redis;
        if (Options.IsRaw || target.Server == TargetServer.Unknown || own == Options.Commands.Target)
        {
            return true;
        }

        if (TakesDialect)
        {
            Options = Options with { Commands = Options.Commands with { Target = own } };
            return true;
        }

        console.Say(own == CommandTarget.Kvrocks
            ? $"{Endpoint} is {target.ServerText}; nothing was sent: with --target redis, its bitmaps and HyperLogLogs would become "
                + "strings, and sortedints sorted sets. Leave --target out; the server decides"
            : $"{Endpoint} is {target.ServerText}; nothing was sent: it does not have the commands of --target kvrocks. Leave --target "
                + "out; the server decides");
        ExitCode = Tool.ExitCode.Failure;
        return false;
    }

    private TargetProbe Probe() => new()
    {
        Databases = Databases,
        CountsKeys = Existing != ExistingKeys.Merge && Options.FromSequence is null,
        CheckpointKey = Options.CheckpointKey,
        IsRaw = Options.IsRaw,
        Timeout = Timeout,
        Waiting = console.Say,
    };

    private static string KeysText(TargetDescription target) =>
        target.HasCheckpoint
            ? string.Create(CultureInfo.InvariantCulture, $", with the checkpoint of a replay up to {target.CheckpointSequence}")
        : target.Databases.Count == 0 ? ""
        : target.Databases.All(database => database.IsEmpty) ? ", empty"
        : ", not empty";

    /// <summary>Reads the logs. Returns false if a namespace that the user has named is not in them.</summary>
    private async Task<bool> SurveyAsync(TargetDescription? target, CancellationToken cancellationToken)
    {
        if (HasStandardInput)
        {
            // Standard input can be read only once.
            return true;
        }

        var survey = _survey = new LogSurvey(Options, target, Namespaces);
        ulong from = Options.FromSequence ?? target?.CheckpointSequence + 1 ?? 0;

        // The replay reads the logs again, and reports what is wrong with them then.
        var silent = new ToolConsole(Stream.Null, Stream.Null, TextWriter.Null);
        await using (DatabaseBatches batches = await DatabaseBatches.OpenKvrocksAsync(
            inputs,
            Options.Commands.Keyspace.SlotEncoding,
            silent,
            showsProgress: false,
            cancellationToken,
            new WalSetInspectorOptions { EndSequence = ToSequence }))
        {
            while (await batches.MoveNextAsync())
            {
                survey.Add(batches.Batch, isSent: batches.Batch.Sequence >= from);
            }
        }

        ExitCode = NamespaceCheck.Report(console, survey.Namespaces);
        if (ExitCode != Tool.ExitCode.Clean)
        {
            return false;
        }

        ReportLosses(survey, target);
        return true;
    }

    private void ReportLosses(LogSurvey survey, TargetDescription? target)
    {
        // A dry run reports what has no command anyway, at its end.
        foreach (TypeLoss loss in survey.Losses.Where(loss => loss.Refusal is null && target is not null && !IsDry))
        {
            string advice = target!.Server == TargetServer.Kvrocks ? "; --raw sends the batches themselves, with all types" : "";
            string reason = loss.IsChosen ? " (--no-json)" : $", as no command creates {ReportText.Them(loss.KeyCount)}{advice}";
            console.Say($"{KeysOf(loss)} will be omitted{reason}");
        }

        TypeLoss[] refused = [.. survey.Losses.Where(loss => loss.Refusal is not null)];
        foreach (TypeLoss loss in refused.Where(loss => !IsForbidden(loss.Refusal!)))
        {
            console.Say(
                $"{KeysOf(loss)} will not be accepted by {target!.ServerText}, which refuses {loss.Command}: "
                + ServerWords.WithoutArguments(loss.Refusal!)
                + (loss.Command == "JSON.SET" ? $"; --no-json omits {ReportText.Them(loss.KeyCount)}"
                    : loss.Command == "HPEXPIREAT" ? "; --no-field-expiry omits the expiries"
                    : ""));
        }

        // The user lacks the same right for all of them.
        TypeLoss[] forbidden = [.. refused.Where(loss => IsForbidden(loss.Refusal!))];
        if (forbidden.Length > 0)
        {
            console.Say(
                $"{string.Join(", ", forbidden.Select(KeysOf))} will not be accepted by {target!.ServerText}, which refuses "
                + $"{string.Join(", ", forbidden.Select(loss => loss.Command).Distinct())}: "
                + $"{ServerWords.WithoutArguments(forbidden[0].Refusal!)}. Give the user the right to use them");
        }

        if (refused.Length > 0)
        {
            ExitCode = Math.Max(ExitCode, IsDry ? Tool.ExitCode.Damage : Tool.ExitCode.Clean);
            if (!Options.KeepGoing)
            {
                console.Say("the replay will stop at the first of them (--keep-going continues)");
            }
        }
    }

    private static string KeysOf(TypeLoss loss) => $"{ReportText.Count(loss.KeyCount, "key")} of type {loss.Type}";

    /// <summary>Whether a refusal is about the rights of the user. The server says so of each command in its own words.</summary>
    private static bool IsForbidden(string refusal) => refusal.StartsWith("NOPERM", StringComparison.Ordinal);

    /// <summary>Returns whether the server takes what every replay sends.</summary>
    private bool IsUsable(TargetDescription target)
    {
        if (Options is { RequiresCluster: true, CheckpointKey: null })
        {
            string what = IsDry ? "a replay needs --checkpoint KEY" : "nothing was sent: give --checkpoint KEY";
            console.Say(
                $"{Endpoint} is a node of a cluster; {what}, because only the checkpoints of its slots show what a master had "
                + "executed when another takes its place");
            ExitCode = Math.Max(ExitCode, IsDry ? Tool.ExitCode.Damage : Tool.ExitCode.Failure);
            if (!IsDry)
            {
                return false;
            }
        }

        string[] needed = Options.IsRaw ? ["APPLYBATCH"] : ["MULTI"];
        foreach (string command in Options.CheckpointKey is null ? needed : [.. needed, "SET"])
        {
            if (target.Refused.TryGetValue(command, out string? refusal))
            {
                console.Say(
                    $"{Endpoint} ({target.ServerText}) refuses {command}: {ServerWords.WithoutArguments(refusal)}. Nothing was sent. "
                    + (command == "APPLYBATCH" && target.IsUnknown(command)
                        ? "Only Kvrocks takes batches; without --raw, commands are sent."
                        : "Give the user the right to use it."));
                ExitCode = Tool.ExitCode.Failure;
                return false;
            }
        }

        string[] general = [.. ((string[])["DEL", "PEXPIREAT", "PERSIST", "RENAME"]).Where(target.Refused.ContainsKey)];
        foreach (IGrouping<string, string> commands in general.GroupBy(
            command => IsForbidden(target.Refused[command]) ? "" : ServerWords.WithoutArguments(target.Refused[command])))
        {
            console.Say(
                $"{Endpoint} ({target.ServerText}) refuses {string.Join(", ", commands)}, whatever the key: "
                + ServerWords.WithoutArguments(target.Refused[commands.First()]));
        }

        return true;
    }

    private async Task<bool> SettleExistingAsync(TargetDescription target, CancellationToken cancellationToken)
    {
        TargetDatabase[] filled = [.. target.Databases.Where(database => !database.IsEmpty)];
        if (filled.Length == 0)
        {
            if (target.HasCheckpoint && Existing == ExistingKeys.Flush)
            {
                console.Say("--existing flush deletes nothing, because the checkpoint says that the keys are those of this replay");
            }

            return true;
        }

        string what = string.Join(", ", filled.Select(database => database.KeyCount is { } count
            ? $"database {database.Number} has {ReportText.Count(count, "key")}"
            : $"database {database.Number} has keys"));
        if (Existing == ExistingKeys.Fail)
        {
            console.Say(
                $"{Endpoint} is not empty: {what}. Nothing was sent. --existing flush deletes these keys, --existing merge keeps them "
                + "and writes to them. To continue an earlier replay, give its --checkpoint KEY, or --from-sequence N");
            ExitCode = Math.Max(ExitCode, Tool.ExitCode.Damage);
            return IsDry;
        }

        if (Existing == ExistingKeys.Flush && _survey is not { HasWork: true })
        {
            console.Say(
                $"{Endpoint}: {what}. Nothing was deleted and nothing was sent, because "
                + (HasStandardInput
                    ? "standard input does not show in advance whether there is anything to send; empty the server yourself, or name files"
                    : "these logs have nothing to send"));
            ExitCode = Tool.ExitCode.Failure;
            return false;
        }

        if (IsDry)
        {
            console.Say($"{Endpoint}: {what}, which --existing flush would delete");
            return true;
        }

        await Probe().EmptyAsync(Endpoint!, filled.Select(database => database.Number), cancellationToken);
        console.Say($"{Endpoint}: {what}: deleted (--existing flush)");
        return true;
    }
}
