using System.Buffers;
using WalParser.Compression;

namespace WalParser.Fuzz.Mutation;

/// <summary>Makes Zstandard frames of contents.</summary>
internal sealed class ContentFrame : ZstdFrameWriter
{
    private readonly ArrayBufferWriter<byte> _frame = new();

    private ContentFrame()
    {
    }

    /// <summary>The frame of a content, which is not empty.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        var writer = new ContentFrame();
        writer.Begin(content.Length);
        writer.Append(content);
        writer.End();
        return writer._frame.WrittenSpan.ToArray();
    }

    protected override void Emit(ReadOnlySpan<byte> bytes) => _frame.Write(bytes);
}
