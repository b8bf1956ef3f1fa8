using WalParser.Kvrocks.Keys;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replays;

/// <summary>Looks ahead whether keys carry their slot: a filter by slots must know before the first batch.</summary>
internal static class SlotSurvey
{
    public static async Task<SlotEncoding> DetectAsync(WalInputs inputs, CancellationToken cancellationToken)
    {
        // What is wrong with the logs is told when they are replayed.
        var silent = new ToolConsole(Stream.Null, Stream.Null, TextWriter.Null);
        await using DatabaseBatches batches = await DatabaseBatches.OpenAsync(inputs, silent, null, cancellationToken);
        var detector = new SlotEncodingDetector();
        while (!detector.IsSettled && await batches.MoveNextAsync(cancellationToken))
        {
            foreach (WalParser.Batches.WriteBatchOperation operation in batches.Batch)
            {
                detector.Take(operation, batches.FamilyNames.ForKvrocks);
            }
        }

        return detector.Verdict == SlotEncoding.On ? SlotEncoding.On : SlotEncoding.Off;
    }
}
