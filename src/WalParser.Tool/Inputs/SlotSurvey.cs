using WalParser.Kvrocks.Keys;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>
/// Looks ahead whether keys carry their slot. The first keys alone may mislead: one key in 65,536 looks as if it had a slot by chance, or because someone wants it to.
/// </summary>
internal static class SlotSurvey
{
    /// <summary>What the logs say, or <paramref name="asked"/> if that says it. Not known if no key says anything, or if all come through pipes.</summary>
    /// <param name="asked">What the user said.</param>
    /// <param name="inputs">The logs, of one database.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<SlotEncoding> DetectAsync(SlotEncoding asked, WalInputs inputs, CancellationToken cancellationToken)
    {
        WalInputs twiceReadable = inputs.Where(IsReadableTwice);
        if (asked != SlotEncoding.Unknown || twiceReadable.All.Count == 0)
        {
            return asked;
        }

        // What is wrong with the logs is told when they are read for good.
        var silent = new ToolConsole(Stream.Null, Stream.Null, TextWriter.Null);
        await using DatabaseBatches batches = await DatabaseBatches.OpenAsync(twiceReadable, silent, cancellationToken);
        var detector = new SlotEncodingDetector();
        while (!detector.IsSettled && await batches.MoveNextAsync())
        {
            detector.Take(batches.Batch, batches.FamilyNames.ForKvrocks);
        }

        return detector.Verdict;
    }

    /// <summary>If keys showed late whether they carry their slot, tells that what was shown before may be wrong; returns the exit code that follows.</summary>
    public static int TellTurned(ToolConsole console, bool hasTurned)
    {
        if (hasTurned)
        {
            console.Say("what was shown before keys showed whether they carry their slot may name wrong keys; say it with --slots on or --slots off");
        }

        return hasTurned ? ExitCode.Damage : ExitCode.Clean;
    }

    /// <summary>Not a pipe: what was read of one is gone. Pipes have no length; as links in /dev/fd, they lead to no path.</summary>
    private static bool IsReadableTwice(WalInput input)
    {
        try
        {
            return !input.IsStandardInput
                && (File.ResolveLinkTarget(input.Path, returnFinalTarget: true) ?? new FileInfo(input.Path)) is FileInfo { Exists: true, Length: > 0 };
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            return false;
        }
    }
}
