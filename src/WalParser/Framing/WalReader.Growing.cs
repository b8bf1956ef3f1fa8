using System.IO.Pipelines;

namespace WalParser.Framing;

/// <content>A log that is being written: a read that comes to what is not written yet waits for it.</content>
public sealed partial class WalReader
{
    private readonly TailingLog? _growing;
    private readonly Func<TailingLog, CancellationToken, ValueTask>? _waitForMore;

    private WalReader(TailingLog log, WalReaderOptions options, Func<TailingLog, CancellationToken, ValueTask> waitForMore)
        : this(PipeReader.Create(Stream.Null), options)
    {
        _growing = log;
        _waitForMore = waitForMore;
    }

    /// <summary>
    /// A reader of a log that may still be written to. <see cref="TryRead"/> returns false, with no <see cref="End"/>, where it is not written
    /// yet, and goes on there when it is called again.
    /// </summary>
    /// <param name="log">The log's file; it is closed with the reader.</param>
    /// <param name="options">What there is to say.</param>
    /// <param name="waitForMore">What <see cref="ReadAsync"/> awaits there, before it looks again.</param>
    internal static WalReader Create(TailingLog log, WalReaderOptions options, Func<TailingLog, CancellationToken, ValueTask> waitForMore)
    {
        options.Validate();
        return new WalReader(log, options, waitForMore);
    }

    private RecordReader.Outcome ReadGrowing(TailingLog log, RecordReader.Outcome outcome)
    {
        while (true)
        {
            switch (outcome)
            {
                case RecordReader.Outcome.NeedBlock:
                    _records.Supply(log.ReadNext(), isGrowing: !log.IsCut);
                    break;

                case RecordReader.Outcome.NeedMore when log.TryReadAgain(_records, LogNumber, out ReadOnlyMemory<byte> block, out bool isGrowing):
                    _records.SupplyAgain(block, isGrowing);
                    break;

                default:
                    return outcome;
            }

            outcome = _records.Read();
        }
    }

    private async ValueTask<bool> ReadGrownAsync(TailingLog log, CancellationToken cancellationToken)
    {
        RecordReader.Outcome outcome;
        do
        {
            await _waitForMore!(log, cancellationToken).ConfigureAwait(false);
            outcome = ReadBuffered();
        }
        while (outcome == RecordReader.Outcome.NeedMore);
        return outcome == RecordReader.Outcome.Entry;
    }
}
