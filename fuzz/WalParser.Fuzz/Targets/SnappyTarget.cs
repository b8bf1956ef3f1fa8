using WalParser.Compression;
using WalParser.Fuzz.Mutation;
using WalParser.IO;

namespace WalParser.Fuzz.Targets;

/// <summary>The decoders of Snappy.</summary>
internal sealed class SnappyTarget : DecoderTarget
{
    public override string Name => "snappy";

    public override string Description => "Snappy blocks and frames: no byte past the buffer, the same result in any pieces";

    public override IMutator? Structure { get; } = new SnappyMutator();

    protected override CompressionType Type => CompressionType.Snappy;

    protected override CompressedCopyFormat Format => CompressedCopyFormat.Snappy;

    protected override IFrameDecoder CreateDecoder() => new SnappyFrameDecoder();
}
