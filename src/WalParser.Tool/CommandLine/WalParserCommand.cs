using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using WalParser.Tool.Commands;
using WalParser.Tool.Compare;
using WalParser.Tool.Diff;
using WalParser.Tool.Dump;
using WalParser.Tool.Gaps;
using WalParser.Tool.History;
using WalParser.Tool.Info;
using WalParser.Tool.Keys;
using WalParser.Tool.Manifest;
using WalParser.Tool.Output;
using WalParser.Tool.Replay;
using WalParser.Tool.Salvage;
using WalParser.Tool.Transactions;
using WalParser.Tool.Verify;

namespace WalParser.Tool.CommandLine;

/// <summary>The root of the command line: creates the commands and turns exceptions into messages and exit codes.</summary>
internal static class WalParserCommand
{
    /// <summary>Runs a command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, ToolConsole console, CancellationToken cancellationToken = default)
    {
        RootCommand root = Create(console);
        try
        {
            // Response files are off, because a path may begin with @.
            ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0)
            {
                return UsageError(console, parsed.CommandResult.Command, parsed.Errors[0].Message);
            }

            if (OutputOption.Apply(parsed, console) is { } error)
            {
                return UsageError(console, parsed.CommandResult.Command, error);
            }

            int exitCode;
            await using (var output = new StreamWriter(console.Output, new UTF8Encoding(false), leaveOpen: true))
            {
                exitCode = await parsed.InvokeAsync(
                    new InvocationConfiguration
                    {
                        Output = output,
                        Error = console.Error,
                        EnableDefaultExceptionHandler = false,
                        ProcessTerminationTimeout = null,
                    },
                    cancellationToken);
            }

            console.Output.End(isComplete: exitCode != ExitCode.Failure);
            return exitCode;
        }
        catch (OutputException e) when (e.IsClosedPipe)
        {
            // The reader of the output has closed the pipe. That is not an error.
            return ExitCode.Clean;
        }
        catch (OutputException e)
        {
            console.Say($"{console.OutputName}: writing failed: {e.Message}");
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (OutOfMemoryException)
        {
            console.Say("out of memory: a record does not fit in the memory of this machine; set a limit, such as --max-record-size 64M");
            return ExitCode.Failure;
        }
        catch (Exception e)
        {
            // No exception is known to end here. One that does is reported in one line, with the exit code of a failure.
            console.Say($"{e.GetType().Name}: {e.Message} (this is a bug, please report)");
            return ExitCode.Failure;
        }
        finally
        {
            console.Output.End(isComplete: false);
        }
    }

    /// <summary>Reports an error in the command line, together with the command that shows the help.</summary>
    public static int UsageError(ToolConsole console, Command command, string message)
    {
        string name = command is RootCommand ? "walparser" : "walparser " + command.Name;
        console.Say($"{message.ReplaceLineEndings(" ").TrimEnd('.')}; see '{name} --help'");
        return ExitCode.Failure;
    }

    /// <summary>Creates the root command, whose commands write to <paramref name="console"/>.</summary>
    internal static RootCommand Create(ToolConsole console)
    {
        var root = new RootCommand(
            "Shows and checks RocksDB write-ahead logs (WALs), including those of Kvrocks, without changing them. salvage writes "
            + "clean logs into another folder; replay writes to a server. Exit codes: 0 no damage was found, 1 damage was found, 2 "
            + "a usage error or a file that could not be read, 130 Ctrl-C.")
        {
            DumpCommand.Create(console),
            VerifyCommand.Create(console),
            InfoCommand.Create(console),
            ManifestCommand.Create(console),
            GapsCommand.Create(console),
            TransactionsCommand.Create(console),
            KeysCommand.Create(console),
            HistoryCommand.Create(console),
            DiffCommand.Create(console),
            CommandsCommand.Create(console),
            ReplayCommand.Create(console),
            CompareCommand.Create(console),
            SalvageCommand.Create(console),
        };
        // replay writes to a server, and its report is for the person who started it.
        foreach (Command command in root.Subcommands.Where(command => command.Name != "replay"))
        {
            OutputOption.AddTo(command);
        }

        foreach (Option option in root.Subcommands.SelectMany(command => command.Options))
        {
            RepeatedOption.LetLastCount(option);
        }

        root.HelpName = "walparser";
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithNotes((HelpAction)help.Action!, console.Width);
        return root;
    }
}
