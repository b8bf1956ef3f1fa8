using FsCheck;
using FsCheck.Fluent;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Fuzz.Targets;
using WalParser.TestSupport.Files;
using WalParser.Testing.Delivery;

namespace WalParser.Fuzz.Tests;

/// <summary>Whatever happened to a log, what is delivered and what is reported come to the whole file.</summary>
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
    /// In every mode, in any pieces. The judge is the ledger, which goes through the file by itself and knows of each byte of which nothing is said why nothing
    /// needs to be.
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
    /// Without the ledger, by adding up: payloads that are delivered, bytes that are reported, the headers of all fragments that were read, and what lies behind
    /// the end. What is missing from the file's size can only be trailers of blocks, which have no more bytes than a header, and the contents of control records.
    /// (Where a header is zeroed, RocksDB passes over the rest of the block without a word, so nothing is overwritten with zeros, and nothing moved, here.
    /// Of a compressed log no sum says anything.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public void What_is_told_adds_up_to_the_file(string name)
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
                long told = AddUp(reader, damaged, out long begun);
                long mayBeSilent = TrailersOf(damaged.Length, reader) + ControlBytesOf(reader) + begun;
                Assert.InRange(damaged.Length - told, 0, mayBeSilent);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(RunsFor(log)));
    }

    private static bool Read(WalReader reader) => reader.ReadAsync().AsTask().GetAwaiter().GetResult();

    private static long AddUp(WalReader reader, byte[] log, out long begun)
    {
        long told = 0;
        long behind = 0;
        bool isEndTold = false;
        while (Read(reader))
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    told += reader.Record.Payload.Length;
                    behind = reader.Record.EndOffset;
                    break;
                case WalEntryKind.Corruption:
                    told += reader.Corruption.Bytes;
                    bool isOfEnd = reader.Corruption.Kind is WalCorruptionKind.TruncatedHeader or WalCorruptionKind.TruncatedBody
                        or WalCorruptionKind.EndOfFileInRecord or WalCorruptionKind.OldRecordInRecord;
                    behind = isOfEnd ? behind : reader.Position;
                    isEndTold |= isOfEnd;
                    break;
                default:
                    told += reader.OldRecord.Bytes;
                    break;
            }
        }

        for (int type = 0; type <= byte.MaxValue; type++)
        {
            told += reader.CountOf((FragmentType)type) * (FragmentHeader.IsRecyclableType((FragmentType)type) ? 11 : 7);
        }

        // What is torn at the end is told by End, whether or not the mode reports it; and behind an old record, or a tail that is taken for the end, nothing is read.
        WalEnd end = reader.End!.Value;
        told += isEndTold ? 0 : end.Bytes;

        // Where it is not the first fragment of a record that is torn, or damaged in a tail, RocksDB says nothing of the ones before.
        int left = (int)Math.Min(FragmentHeader.BlockSize - (end.Offset % FragmentHeader.BlockSize), log.Length - end.Offset);
        bool isInRecord = end.Reason is WalEndReason.TruncatedBody or WalEndReason.CorruptedTail
            && !(FragmentHeader.TryRead(log.AsSpan((int)end.Offset, left), out FragmentHeader header) && (header.IsFirst || header.IsWhole));
        begun = isInRecord ? Math.Max(0, end.Offset - behind) : 0;
        return told + (log.Length - reader.Position);
    }

    private static long TrailersOf(long size, WalReader reader) => ((size / FragmentHeader.BlockSize) + 1) * (reader.IsRecycled ? 10 : 6);

    private static long ControlBytesOf(WalReader reader)
    {
        long predecessors = reader.CountOf(FragmentType.PredecessorWalInfo) + reader.CountOf(FragmentType.RecyclablePredecessorWalInfo);
        long sizes = reader.CountOf(FragmentType.UserDefinedTimestampSize) + reader.CountOf(FragmentType.RecyclableUserDefinedTimestampSize);
        return (predecessors * 3 * sizeof(ulong)) + (sizes * reader.TimestampSizes.ByColumnFamily.Count * (sizeof(uint) + sizeof(ushort)));
    }

    /// <summary>The number that a log's first fragment carries, if it does.</summary>
    private static ulong? FirstNumberOf(byte[] log) =>
        FragmentHeader.TryRead(log.AsSpan(0, Math.Min(log.Length, FragmentHeader.BlockSize)), out FragmentHeader header) && header.IsRecyclable ? header.LogNumber : 7;

    private static int RunsFor(byte[] log) => log.Length > 200_000 ? 15 : 100;
}
