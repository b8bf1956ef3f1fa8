using WalParser.Compression;
using WalParser.Fuzz.Mutation;
using WalParser.IO;

namespace WalParser.Fuzz.Targets;

/// <summary>The decoders of Lz4.</summary>
internal sealed class Lz4Target : DecoderTarget
{
    public override string Name => "lz4";

    public override string Description => "Lz4 blocks and frames: no byte beyond the room, the same in any pieces";

    public override IMutator? Structure { get; } = new Lz4Mutator();

    // A frame that says that its blocks are of 4 MiB costs two of them at once, and again where it is read once more.
    public override (long Base, long PerByte) AllocationLimit => (40_000_000, 400);

    protected override CompressionType Type => CompressionType.LZ4;

    protected override CompressedCopyFormat Format => CompressedCopyFormat.Lz4;

    protected override IFrameDecoder CreateDecoder() => new Lz4FrameDecoder();
}
