using WalParser.Compression;
using WalParser.Framing;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Tests;

/// <summary>
/// Many of the inputs that the mutators of frames create have changed content and valid checksums. Random changes of bytes rarely have.
/// </summary>
public class FrameMutatorTests
{
    private const int Mutants = 400;

    [Fact]
    public void Zstandard_frames_stay_whole() => Check(new ZstdMutator(), "zstd", "text-3-zst", frames => FrameContent.OfZstd(frames));

    [Fact]
    public void Lz4_frames_stay_whole() =>
        Check(new Lz4Mutator(), "lz4", "text-linked-unchecked-lz4", frames => FrameContent.OfLz4(frames));

    [Fact]
    public void Lz4_frames_with_all_checksums_stay_whole() =>
        Check(new Lz4Mutator(), "lz4", "steps-checked-lz4", frames => FrameContent.OfLz4(frames));

    [Fact]
    public void Snappy_streams_stay_whole() => Check(new SnappyMutator(), "snappy", "several-sz", frames => FrameContent.OfSnappy(frames));

    /// <summary>In a block of RocksDB, the size of the content also precedes the frame.</summary>
    [Fact]
    public void The_size_before_a_frame_matches_its_content()
    {
        byte[] seed = Seed("zstd", "block-record");
        DecompressionResult whole = Decode(seed);
        Assert.True(whole.IsDone);
        int good = 0;
        var random = new Random(1);
        for (int i = 0; i < Mutants; i++)
        {
            good += Decode(new ZstdMutator().Mutate(seed, Seed("zstd", "text-3-zst"), random)) is { IsDone: true } result
                && result.Written != whole.Written
                ? 1
                : 0;
        }

        Assert.InRange(good, Mutants / 20, Mutants);

        static DecompressionResult Decode(byte[] block) =>
            DecompressorRegistry.Default.Decompress(CompressionType.Zstd, block, new System.Buffers.ArrayBufferWriter<byte>(), 1 << 20);
    }

    /// <summary>In a compressed log, batches are changed and not the frames that contain them.</summary>
    [Fact]
    public void Records_of_compressed_logs_are_changed_inside_their_frames()
    {
        byte[] seed = Seed("framing", "rocksdb-zstd");
        HashSet<string> known = [.. PayloadsOf(seed)];
        var mutator = new LogMutator(new BatchMutator());
        var random = new Random(1);
        int changed = Enumerable.Range(0, Mutants).Count(_ =>
            PayloadsOf(mutator.Mutate(seed, seed, random)).Exists(payload => !known.Contains(payload)));
        Assert.InRange(changed, Mutants / 4, Mutants);
    }

    [Fact]
    public void The_same_seed_gives_the_same_mutants()
    {
        (IMutator, string)[] mutators = [(new ZstdMutator(), "zstd"), (new Lz4Mutator(), "lz4"), (new SnappyMutator(), "snappy")];
        foreach ((IMutator mutator, string target) in mutators)
        {
            byte[][] seeds = [.. CorpusFolder.FilesOf(CorpusFolder.Default, target).Select(File.ReadAllBytes)];
            for (int i = 0; i < seeds.Length; i++)
            {
                byte[] other = seeds[(i + 1) % seeds.Length];
                Assert.Equal(mutator.Mutate(seeds[i], other, new Random(i)), mutator.Mutate(seeds[i], other, new Random(i)));
            }
        }
    }

    private static byte[] Seed(string target, string name) => File.ReadAllBytes(Path.Combine(CorpusFolder.Default, target, name));

    private static void Check(IMutator mutator, string target, string name, Func<byte[], byte[]?> decode)
    {
        byte[] seed = Seed(target, name);
        byte[] content = decode(seed)!;
        int structured = CountOthers(mutator);
        int plain = CountOthers(new ByteMutator([]));
        Assert.True(
            structured > Mutants / 20 && structured > plain,
            $"{structured} of {Mutants} have other content in whole frames; with mutated bytes {plain}");

        int CountOthers(IMutator made)
        {
            var random = new Random(1);
            return Enumerable.Range(0, Mutants).Count(_ =>
                decode(made.Mutate(seed, seed, random)) is { Length: > 0 } other && !other.AsSpan().SequenceEqual(content));
        }
    }

    private static List<string> PayloadsOf(byte[] log)
    {
        List<string> payloads = [];
        using WalReader reader = WalReader.Create(
            new MemoryStream(log), new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords });
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                payloads.Add(Convert.ToHexString(reader.Record.Payload));
            }
        }

        return payloads;
    }
}
