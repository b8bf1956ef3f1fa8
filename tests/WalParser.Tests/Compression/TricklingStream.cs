using WalParser.IO;

namespace WalParser.Tests.Compression;

/// <summary>A source that returns a few bytes at a time and completes its asynchronous reads asynchronously.</summary>
internal sealed class TricklingStream(byte[] content, int piece) : ForwardStream
{
    private readonly MemoryStream _content = new(content, writable: false);

    public override int Read(Span<byte> buffer) => _content.Read(buffer[..Math.Min(piece, buffer.Length)]);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return _content.Read(buffer.Span[..Math.Min(piece, buffer.Length)]);
    }
}
