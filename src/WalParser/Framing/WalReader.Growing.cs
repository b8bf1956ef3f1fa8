using System.IO.Pipelines;

namespace WalParser.Framing;

/// <content>
/// A log that is being written. A read that returns false with no <see cref="End"/> has come to what is not written yet; a later
/// one goes on there.
/// </content>
public sealed partial class WalReader
{
    private readonly GrowingLog? _growing;

    private WalReader(GrowingLog growing, WalReaderOptions options)
        : this(PipeReader.Create(growing.Stream), options) => _growing = growing;

    /// <summary>Opens a log that may still be written to.</summary>
    internal static WalReader OpenGrowing(string path, WalReaderOptions options)
    {
        options.Validate();
        return new WalReader(new GrowingLog(path), options with { FileName = options.FileName ?? path });
    }

    /// <summary>What has become of the file of a log that may still be written to; null for others.</summary>
    internal GrowingLog? Growing => _growing;

    private RecordReader.Outcome ReadGrowing(GrowingLog log, RecordReader.Outcome outcome)
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
}
