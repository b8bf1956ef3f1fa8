using WalParser.Kvrocks.Keys;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>
/// Reads ahead to find whether keys contain their slot. The first keys alone may mislead: one key in 65,536 looks by chance as if it had a
/// slot, and a user can choose such keys on purpose.
/// </summary>
internal static class SlotDetection
{
    /// <summary>
    /// Returns what the WALs show, or <paramref name="asked"/> if the user has said it. The result is unknown if no key shows it, or if all
    /// WALs come through pipes.
    /// </summary>
    /// <param name="asked">What the user said.</param>
    /// <param name="inputs">The WALs, of one database.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<SlotEncoding> DetectAsync(SlotEncoding asked, WalInputs inputs, CancellationToken cancellationToken)
    {
        WalInputs twiceReadable = inputs.Where(IsReadableTwice);
        if (asked != SlotEncoding.Unknown || twiceReadable.All.Count == 0)
        {
            return asked;
        }

        // Damage is reported when the WALs are read for the second time.
        var silent = new ToolConsole(Stream.Null, Stream.Null, TextWriter.Null);
        await using DatabaseBatches batches = await DatabaseBatches.OpenAsync(twiceReadable, silent, cancellationToken);
        var detector = new SlotEncodingDetector();
        while (!detector.IsSettled && await batches.MoveNextAsync())
        {
            detector.Process(batches.Batch, batches.FamilyNames.ForKvrocks);
        }

        return detector.Verdict;
    }

    /// <summary>Reports that the output may be wrong if keys have shown only later whether they contain their slot.</summary>
    /// <returns>The exit code that follows.</returns>
    public static int ReportTurned(ToolConsole console, bool hasTurned)
    {
        if (hasTurned)
        {
            console.Say(
                "output from before a key showed whether keys contain their slot may name wrong keys; give --slot-encoding on or "
                + "off");
        }

        return hasTurned ? ExitCode.Damage : ExitCode.Clean;
    }

    /// <summary>
    /// Returns false for a pipe, whose content can be read only once. Pipes have no length, and their links in /dev/fd lead to no path.
    /// </summary>
    public static bool IsReadableTwice(WalInput input)
    {
        try
        {
            return !input.IsStandardInput
                && (File.ResolveLinkTarget(input.Path, returnFinalTarget: true) ?? new FileInfo(input.Path))
                    is FileInfo { Exists: true, Length: > 0 };
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            return false;
        }
    }
}
