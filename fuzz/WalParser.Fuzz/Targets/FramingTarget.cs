using WalParser.Framing;
using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Reads a log in all recovery modes, and once with a small limit on the size of records. The <see cref="Ledger"/> must account for every
/// byte.
/// </summary>
internal sealed class FramingTarget : FuzzTarget
{
    private const int MaxRecordSize = 1 << 18;

    private static readonly WalRecoveryMode[] Modes = Enum.GetValues<WalRecoveryMode>();

    public override string Name => "framing";

    public override string Description => "a log in all recovery modes: every byte is delivered, reported or explained, in order";

    public override IMutator? Structure { get; } = new LogMutator(new BatchMutator());

    // Five readings, whose records are kept. A few compressed bytes may decompress to a record of the largest size, whose buffer grows in
    // steps.
    public override (long Base, long PerByte) AllocationLimit => (5L * 6 * MaxRecordSize, 2000);

    public override void Run(byte[] input)
    {
        foreach (WalRecoveryMode mode in Modes)
        {
            Read(input, new WalReaderOptions { RecoveryMode = mode, MaxRecordSize = MaxRecordSize });
        }

        Read(input, new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords, MaxRecordSize = 100 });
    }

    private static void Read(byte[] input, WalReaderOptions options)
    {
        LogReading reading = LogReading.Of(WalReader.Create(new MemoryStream(input, writable: false), options));
        foreach (LogReading.Entry entry in reading.Entries)
        {
            Check(entry.Record.Payload is null || entry.Record.Payload.Length <= options.MaxRecordSize, "a record over the limit");
        }

        Ledger.Check(input, reading, options.RecoveryMode);
    }
}
