using System.Buffers;
using System.Buffers.Binary;
using WalParser.Framing;
using WalParser.Testing.Flaws;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Testing.Tests.Flaws;

/// <summary>
/// The flaws of a fragment. Its bytes are those of another writer with a change by hand, and the reader reports the damage that the name of
/// the flaw states.
/// </summary>
public class FragmentFlawsTests
{
    private const int BlockSize = 32768;
    private const uint LogNumber = 77;

    // What fills the rest of a block here is not padding.
    private const string Zeros = "ZerosInPlaceOfFragment";

    private delegate void Change(Span<byte> fragment);

    private sealed record Case(FragmentType Type, FragmentFlaws Flaws, Change Change, string[] Found);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["checksum"] = Legacy(new() { ChecksumError = 0x0102_0304 }, fragment =>
        {
            for (int i = 0; i < 4; i++)
            {
                fragment[i] ^= (byte)(4 - i);
            }
        }, "ChecksumMismatch"),
        ["unmasked"] = Legacy(new() { HasUnmaskedChecksum = true }, fragment => BinaryPrimitives.WriteUInt32LittleEndian(
            fragment, WalBytes.Crc32C(fragment[6..])), "ChecksumMismatch"),
        ["payload"] = Legacy(new() { PayloadError = 0x55 }, fragment => fragment[7] ^= 0x55, "ChecksumMismatch"),
        ["length beyond the block"] = Legacy(
            new() { ClaimedLength = 40_000 },
            fragment => BinaryPrimitives.WriteUInt16LittleEndian(fragment[4..], 40_000),
            "BadRecordLength"),
        ["length too short"] = Legacy(new() { ClaimedLength = 3 }, fragment => fragment[4] = 3, "ChecksumMismatch"),
        ["type"] = Legacy(new() { ClaimedType = FragmentType.Last }, fragment => fragment[6] = 4, "ChecksumMismatch"),
        ["type of the other form"] = Legacy(
            new() { ClaimedType = FragmentType.RecyclableFull }, fragment => fragment[6] = 5, "UnexpectedRecyclableRecord"),
        ["type of zeros"] = Legacy(
            new() { ClaimedType = FragmentType.Zero, ClaimedLength = 0 }, fragment => fragment[4..7].Clear(), Zeros),
        ["length and type"] = Legacy(new() { ClaimedLength = 2, ClaimedType = FragmentType.First }, fragment =>
        {
            fragment[4] = 2;
            fragment[6] = 2;
        }, "ChecksumMismatch"),
        ["recyclable payload"] = Recyclable(new() { PayloadError = 1 }, fragment => fragment[11] ^= 1, "ChecksumMismatch"),
        ["recyclable type"] = Recyclable(
            new() { ClaimedType = FragmentType.RecyclableFirst }, fragment => fragment[6] = 6, "ChecksumMismatch"),

        // A fragment that is not of the log itself costs only its own bytes.
        ["foreign number"] = Recyclable(new() { ForeignLogNumber = 5 }, fragment =>
        {
            fragment[7] = 5;
            uint checksum = WalBytes.MaskedCrc32C(fragment[6..]);
            BinaryPrimitives.WriteUInt32LittleEndian(fragment, checksum);
        }, "old 5 intact", "after", Zeros),
        ["claimed number"] = Recyclable(new() { ClaimedLogNumber = 5 }, fragment => fragment[7] = 5, "old 5 live", "after", Zeros),
        ["foreign number, claimed to be another"] = Recyclable(new() { ForeignLogNumber = 5, ClaimedLogNumber = 6 }, fragment =>
        {
            fragment[7] = 5;
            uint checksum = WalBytes.MaskedCrc32C(fragment[6..]);
            BinaryPrimitives.WriteUInt32LittleEndian(fragment, checksum);
            fragment[7] = 6;
        }, "old 6 damaged", "after", Zeros),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_flaw_results_in_the_damage_of_its_name(string name)
    {
        Case flawed = Cases[name];
        bool isRecyclable = flawed.Type == FragmentType.RecyclableFull;
        var output = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(output, LogNumber);
        fragments.Write(flawed.Type, "before"u8);
        int at = output.WrittenCount;
        fragments.WriteFlawed(flawed.Type, "flawed"u8, flawed.Flaws);
        int end = output.WrittenCount;
        fragments.Write(flawed.Type, "after"u8);
        fragments.FillBlock();
        fragments.Write(flawed.Type, "next"u8);

        var stream = new MemoryStream();
        LogBuilder theirs = new LogBuilder(stream, isRecyclable ? LogNumber : null).Record("before"u8).Record("flawed"u8).Record("after"u8);
        theirs.Raw(new byte[BlockSize - stream.Length]).Record("next"u8);
        byte[] expected = stream.ToArray();
        flawed.Change(expected.AsSpan(at..end));
        Assert.Equal(expected, output.WrittenSpan);
        Assert.Equal(expected.Length, fragments.Position);
        Assert.Equal(["before", .. flawed.Found, "next"], await WrittenLog.FindingsOfAsync(expected, LogNumber));
    }

    /// <summary>The payload is longer than a block, and begins where 20 bytes of a block are left.</summary>
    [Fact]
    public async Task A_fragment_crosses_blocks()
    {
        var output = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(output);
        byte[] first = Enumerable.Repeat((byte)'a', BlockSize - 20 - 7).ToArray();
        fragments.Write(FragmentType.Full, first);
        Assert.Throws<ArgumentException>(() => fragments.Write(FragmentType.Full, new byte[14]));
        fragments.WriteFlawed(FragmentType.Full, new byte[40_000], new FragmentFlaws { CrossesBlocks = true });
        fragments.FillBlock();
        fragments.Write(FragmentType.Full, "next"u8);

        var stream = new MemoryStream();
        LogBuilder theirs = new LogBuilder(stream).Fragment(FragmentType.Full, first).Fragment(FragmentType.Full, new byte[40_000]);
        theirs.Raw(new byte[(3 * BlockSize) - stream.Length]).Fragment(FragmentType.Full, "next"u8);
        Assert.Equal(stream.ToArray(), output.WrittenSpan);
        Assert.Equal([new string('a', first.Length), "BadRecordLength", Zeros, "next"], await WrittenLog.FindingsOfAsync(stream.ToArray()));
    }

    [Theory]
    [InlineData(5, "TruncatedHeader")]
    [InlineData(10, "TruncatedBody")]
    public async Task A_fragment_is_torn(int after, string end)
    {
        var output = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(output);
        fragments.Write(FragmentType.Full, "before"u8);
        fragments.WriteFlawed(FragmentType.Full, "torn"u8, new FragmentFlaws { TornAfter = after });
        var stream = new MemoryStream();
        new LogBuilder(stream).Record("before"u8).Record("torn"u8);
        Assert.Equal(stream.ToArray().AsSpan(0, 13 + after), output.WrittenSpan);
        Assert.Equal(13 + after, fragments.Position);
        Assert.Equal(["before", end], await WrittenLog.FindingsOfAsync(output.WrittenSpan.ToArray()));
    }

    /// <summary>Flaws that do not change the fragment, or that it cannot have, are refused, and nothing is written.</summary>
    [Fact]
    public void A_flaw_that_does_not_change_the_fragment_is_refused()
    {
        var output = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(output, LogNumber);
        (FragmentType Type, byte[] Payload, FragmentFlaws Flaws)[] refused =
        [
            (FragmentType.Full, [1], default),
            (FragmentType.Full, [1], new() { ForeignLogNumber = 5 }),
            (FragmentType.Full, [1], new() { ClaimedLogNumber = 5, ChecksumError = 1 }),
            (FragmentType.RecyclableFull, [1], new() { ForeignLogNumber = LogNumber }),
            (FragmentType.RecyclableFull, [1], new() { ClaimedLogNumber = LogNumber }),
            (FragmentType.RecyclableFull, [1], new() { ForeignLogNumber = 5, ClaimedLogNumber = 5 }),
            (FragmentType.Full, [1], new() { ClaimedLength = 1 }),
            (FragmentType.Full, [1], new() { ClaimedType = FragmentType.Full }),
            (FragmentType.Full, [], new() { PayloadError = 1 }),
            (FragmentType.Full, [1], new() { CrossesBlocks = true }),
            (FragmentType.Full, [1], new() { TornAfter = 0 }),
            (FragmentType.Full, [1], new() { TornAfter = 8 }),
            (FragmentType.Full, new byte[40_000], new() { ChecksumError = 1 }),
            (FragmentType.Full, new byte[70_000], new() { CrossesBlocks = true }),
        ];
        Assert.All(refused, one => Assert.Throws<ArgumentException>(() => fragments.WriteFlawed(one.Type, one.Payload, one.Flaws)));
        Assert.Equal((0, 0), (fragments.Position, output.WrittenCount));
    }

    private static Case Legacy(FragmentFlaws flaws, Change change, params string[] found) => new(FragmentType.Full, flaws, change, found);

    private static Case Recyclable(FragmentFlaws flaws, Change change, params string[] found) =>
        new(FragmentType.RecyclableFull, flaws, change, found);
}
