using System.IO.Pipelines;
using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.IO;

/// <summary>
/// The content of a compressed copy of a log, as far as it can be decompressed: where it is damaged it ends, and
/// <see cref="Damage"/> says why.
/// </summary>
internal sealed class CopyContent : ForwardStream
{
    private readonly Stream _content;

    private CopyContent(Stream content) => _content = content;

    /// <summary>What is wrong with the copy, once its content has ended.</summary>
    public string? Damage { get; private set; }

    /// <summary>
    /// What an input that begins with <paramref name="prefix"/> was compressed with. A log begins with a checksum, which may look like
    /// any file's first bytes; where it holds, the input is a log.
    /// </summary>
    public static CompressedCopyFormat FormatOf(ReadOnlyMemory<byte> prefix)
    {
        CompressedCopyFormat format = CompressedCopy.Recognise(prefix.Span);
        if (format == CompressedCopyFormat.None)
        {
            return format;
        }

        var log = new FragmentReader(logNumber: null);
        log.Supply(prefix);
        return log.Read() == FragmentReader.Outcome.Fragment ? CompressedCopyFormat.None : format;
    }

    /// <summary>The content of <paramref name="copy"/>, which is completed with it.</summary>
    public static CopyContent Of(PipeReader copy, CompressedCopyFormat format, ZstdDictionaries dictionaries) =>
        new(CompressedCopy.Open(copy.AsStream(), format, leaveOpen: false, dictionaries));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Damage is null ? _content.Read(buffer) : 0;
        }
        catch (InvalidDataException e)
        {
            Damage = e.Message;
            return 0;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Damage is null ? await _content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) : 0;
        }
        catch (InvalidDataException e)
        {
            Damage = e.Message;
            return 0;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
