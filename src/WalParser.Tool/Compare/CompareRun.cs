using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.Output;
using WalParser.Tool.Servers;

namespace WalParser.Tool.Compare;

/// <summary>
/// Compares a dataset with a server and writes what differs, until the end, a lost connection or Ctrl-C. A replay can end with it, too.
/// </summary>
internal sealed class CompareRun(ToolConsole console, RedisEndpoint endpoint, ComparisonOptions options)
{
    /// <summary>Whether the user accepts that something is not compared.</summary>
    public bool AllowsUncompared { get; init; }

    /// <summary>Whether the user has chosen the namespaces. Keys in the others are then not reported.</summary>
    public bool IsNamespaceChosen { get; init; }

    /// <summary>Compares; returns the exit code.</summary>
    public async Task<int> CompareAsync(Keyspace keyspace, ICompareWriter writer, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine(console, isWanted: true, totalBytes: null);
        ComparisonOptions withProgress = options with { Progress = new CompareProgress(progress) };
        DatasetComparer comparer;
        try
        {
            comparer = await DatasetComparer.ConnectAsync(endpoint, keyspace, withProgress, cancellationToken);
        }
        catch (RedisException exception)
        {
            ServerOptions.Report(console, endpoint, exception);
            return ExitCode.Failure;
        }

        await using (comparer)
        {
            int exitCode = await CompareAsync(comparer, writer, progress, cancellationToken);
            progress.Clear();
            ComparisonResult result = comparer.Result;
            Uncompared[] uncompared =
                [.. result.Uncompared.Where(entry => !(IsNamespaceChosen && entry.Reason == UncomparedReason.OtherNamespace))];
            writer.WriteResult(result, uncompared);
            if (!result.IsComplete)
            {
                console.Say(ResumeHint.Of(result));
            }

            bool isProved = !result.HasDifferences && (uncompared.Length == 0 || AllowsUncompared);
            return isProved ? exitCode : Math.Max(exitCode, ExitCode.Damage);
        }
    }

    private async Task<int> CompareAsync(
        DatasetComparer comparer, ICompareWriter writer, ProgressLine progress, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (KeyDifference difference in comparer.CompareAsync(cancellationToken))
            {
                progress.Clear();
                writer.Write(difference);
            }

            return ExitCode.Clean;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (RedisException exception)
        {
            console.Say(exception.Message);
            return ExitCode.Failure;
        }
    }
}
