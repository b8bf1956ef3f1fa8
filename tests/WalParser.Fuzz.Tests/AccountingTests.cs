using FsCheck;
using FsCheck.Fluent;
using WalParser.Compression;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Fuzz.Targets;
using WalParser.Testing.Delivery;
using WalParser.TestSupport.Files;

namespace WalParser.Fuzz.Tests;

/// <summary>The bytes that are delivered and the bytes that are reported add up to the whole file, whatever the damage.</summary>
public class AccountingTests
{
    private const int SmallLimit = 100;
    private const int Limit = 1 << 18;

    public static TheoryData<string> Fixtures => [.. TestFiles.Named("*.log")];

    private sealed record Delivery(WalRecoveryMode Mode, bool KnowsNumber, int Limit, int[] Sizes, bool IsPipe);

    private static Arbitrary<Delivery> Deliveries =>
        (from mode in Gen.Elements(Enum.GetValues<WalRecoveryMode>())
         from knowsNumber in Gen.Elements(true, false)
         from limit in Gen.Frequency((3, Gen.Constant(Limit)), (1, Gen.Constant(SmallLimit)))
         from sizes in Gen.OneOf(Gen.Choose(1, 70_000), Gen.Choose(32_757, 32_779), Gen.Choose(500, 600)).NonEmptyListOf().Resize(5)
         from isPipe in Gen.Elements(true, false)
         select new Delivery(mode, knowsNumber, limit, [.. sizes], isPipe)).ToArbitrary();

    /// <summary>
    /// In every mode and in any pieces. The ledger walks the file with code of its own, and knows for each byte that is neither delivered
    /// nor reported why that is correct.
    /// </summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Every_byte_is_delivered_reported_or_explained(string name)
    {
        byte[] log = File.ReadAllBytes(TestFiles.PathOf(name));
        Prop.ForAll(Damage.Any, Deliveries, (damage, delivery) =>
        {
            byte[] damaged = Damage.Apply(log, damage);
            var options = new WalReaderOptions
            {
                RecoveryMode = delivery.Mode,
                MaxRecordSize = delivery.Limit,
                LogNumber = delivery.KnowsNumber ? FirstNumberOf(damaged) : null,
            };
            LogReading reading = LogReading.Of(delivery.IsPipe
                ? WalReader.Create(SegmentedInput.Of(damaged, delivery.Sizes), options)
                : WalReader.Create(new PiecewiseStream(damaged, delivery.Sizes), options));
            Ledger.Check(damaged, reading, delivery.Mode, options.LogNumber);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(RunsFor(log)));
    }

    /// <summary>
    /// Without the ledger, by addition: the delivered payloads, the reported bytes, the headers of all fragments that were read, and the
    /// bytes past the end. The bytes that are missing from the size of the file can only be trailers of blocks, none longer than a header,
    /// and the contents of control records.
    /// (Where a header is zero, RocksDB skips the rest of the block without a report. Therefore nothing is overwritten with zeros or moved
    /// here. The bytes of a compressed log cannot be added up.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public void The_reported_bytes_add_up_to_the_file(string name)
    {
        byte[] log = File.ReadAllBytes(TestFiles.PathOf(name));
        using (WalReader reader = WalReader.Create(new MemoryStream(log)))
        {
            Read(reader);
            if (reader.CompressionType != CompressionType.None)
            {
                return;
            }
        }

        Prop.ForAll(Damage.Some(DamageKind.Noise, DamageKind.Noise, DamageKind.Cut), damage =>
        {
            byte[] damaged = Damage.Apply(log, damage);
            foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
            {
                using WalReader reader = WalReader.Create(new MemoryStream(damaged), new WalReaderOptions { RecoveryMode = mode });
                long accounted = AddUp(reader, damaged, out long begun);
                long mayBeUnreported = TrailersOf(damaged.Length, reader) + ControlBytesOf(reader) + begun;
                Assert.InRange(damaged.Length - accounted, 0, mayBeUnreported);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(RunsFor(log)));
    }

    private static bool Read(WalReader reader) => reader.ReadAsync().AsTask().GetAwaiter().GetResult();

    private static long AddUp(WalReader reader, byte[] log, out long begun)
    {
        long accounted = 0;
        long recordEnd = 0;
        bool isEndReported = false;
        while (Read(reader))
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    accounted += reader.Record.Payload.Length;
                    recordEnd = reader.Record.EndOffset;
                    break;
                case WalEntryKind.Finding:
                    accounted += reader.Finding.Bytes;
                    bool isOfEnd = reader.Finding.Kind is FindingKind.TruncatedHeader or FindingKind.TruncatedBody
                        or FindingKind.EndOfFileInRecord or FindingKind.OldRecordInRecord;
                    recordEnd = isOfEnd ? recordEnd : reader.Position;
                    isEndReported |= isOfEnd;
                    break;
                default:
                    accounted += reader.OldRecord.Bytes;
                    break;
            }
        }

        for (int type = 0; type <= byte.MaxValue; type++)
        {
            accounted += reader.CountOf((FragmentType)type) * (FragmentHeader.IsRecyclableType((FragmentType)type) ? 11 : 7);
        }

        // The torn end is reported by End, whether or not the mode reports it as a corruption. After an old record, or a tail that is taken
        // for the end, nothing is read.
        WalEnd end = reader.End!.Value;
        accounted += isEndReported ? 0 : end.Bytes;

        // Unless the torn or damaged fragment is the first fragment of a record, RocksDB does not report the fragments before it.
        int left = (int)Math.Min(FragmentHeader.BlockSize - (end.Offset % FragmentHeader.BlockSize), log.Length - end.Offset);
        bool isInRecord = end.Reason is WalEndReason.TruncatedBody or WalEndReason.CorruptedTail
            && !(FragmentHeader.TryRead(log.AsSpan((int)end.Offset, left), out FragmentHeader header)
                && (header.IsFirst || header.IsWhole));
        begun = isInRecord ? Math.Max(0, end.Offset - recordEnd) : 0;
        return accounted + (log.Length - reader.Position);
    }

    private static long TrailersOf(long size, WalReader reader) => ((size / FragmentHeader.BlockSize) + 1) * (reader.IsRecycled ? 10 : 6);

    private static long ControlBytesOf(WalReader reader)
    {
        long predecessors = reader.CountOf(FragmentType.PredecessorWalInfo) + reader.CountOf(FragmentType.RecyclablePredecessorWalInfo);
        long sizes = reader.CountOf(FragmentType.UserDefinedTimestampSize)
            + reader.CountOf(FragmentType.RecyclableUserDefinedTimestampSize);
        return (predecessors * 3 * sizeof(ulong)) + (sizes * reader.TimestampSizes.ByColumnFamily.Count * (sizeof(uint) + sizeof(ushort)));
    }

    /// <summary>Returns the log number of the first fragment, or 7 if it has none.</summary>
    private static ulong? FirstNumberOf(byte[] log) =>
        FragmentHeader.TryRead(log.AsSpan(0, Math.Min(log.Length, FragmentHeader.BlockSize)), out FragmentHeader header)
            && header.IsRecyclable
            ? header.LogNumber
            : 7;

    private static int RunsFor(byte[] log) => log.Length > 200_000 ? 15 : 100;
}
