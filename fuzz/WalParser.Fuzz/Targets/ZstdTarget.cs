using WalParser.Compression;
using WalParser.Fuzz.Mutation;
using WalParser.IO;

namespace WalParser.Fuzz.Targets;

/// <summary>The decoders of Zstandard.</summary>
internal sealed class ZstdTarget : DecoderTarget
{
    public override string Name => "zstd";

    public override string Description => "Zstandard blocks and frames: no byte past the buffer, the same result in any pieces";

    public override IMutator? Structure { get; } = new ZstdMutator();

    protected override CompressionType Type => CompressionType.Zstd;

    protected override CompressedCopyFormat Format => CompressedCopyFormat.Zstd;

    // The one-call and the streaming interface of libzstd are two implementations. Both are used.
    protected override bool VariesWithPieces => true;

    protected override IFrameDecoder CreateDecoder() => new ZstdDecoder();
}
