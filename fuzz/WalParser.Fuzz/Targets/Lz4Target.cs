using WalParser.Compression;
using WalParser.Fuzz.Mutation;
using WalParser.IO;

namespace WalParser.Fuzz.Targets;

/// <summary>The decoders of LZ4.</summary>
internal sealed class Lz4Target : DecoderTarget
{
    public override string Name => "lz4";

    public override string Description => "LZ4 blocks and frames: no byte past the buffer, the same result in any pieces";

    public override IMutator? Structure { get; } = new Lz4Mutator();

    // A frame that declares blocks of 4 MiB needs buffers for two of them at once, and again when it is read a second time.
    public override (long Base, long PerByte) AllocationLimit => (40_000_000, 400);

    protected override CompressionType Type => CompressionType.Lz4;

    protected override CompressedCopyFormat Format => CompressedCopyFormat.Lz4;

    protected override IFrameDecoder CreateDecoder() => new Lz4FrameDecoder();
}
