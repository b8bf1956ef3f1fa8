using WalParser.Compression;
using WalParser.Fuzz.Mutation;
using WalParser.IO;

namespace WalParser.Fuzz.Targets;

/// <summary>The decoders of Zstandard.</summary>
internal sealed class ZstdTarget : DecoderTarget
{
    public override string Name => "zstd";

    public override string Description => "Zstandard blocks and frames: no byte beyond the room, the same in any pieces";

    public override IMutator? Structure { get; } = new ZstdMutator();

    protected override CompressionType Type => CompressionType.Zstd;

    protected override CompressedCopyFormat Format => CompressedCopyFormat.Zstd;

    // libzstd's one-call and streaming interfaces are two implementations; both are used.
    protected override bool VariesWithPieces => true;

    protected override IFrameDecoder CreateDecoder() => new ZstdDecoder();
}
