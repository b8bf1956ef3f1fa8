using WalParser.Compression;
using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Targets;

/// <summary>The decoders of Lz4.</summary>
internal sealed class Lz4Target : DecoderTarget
{
    public override string Name => "lz4";

    public override string Description => "Lz4 blocks and frames: no byte beyond the room, the same in any pieces";

    public override IMutator? Structure { get; } = new Lz4Mutator();

    protected override CompressionType Type => CompressionType.LZ4;

    protected override IFrameDecoder CreateDecoder() => new Lz4FrameDecoder();

    protected override DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination) => Lz4Block.Decompress(source, destination);
}
