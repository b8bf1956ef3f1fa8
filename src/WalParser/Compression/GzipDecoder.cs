using System.IO.Compression;

namespace WalParser.Compression;

/// <summary>
/// Decodes gzip members with the base class library, which treats a truncated file as a complete one. Therefore, one more member, with
/// known content, is appended to the file: if the file is complete, this content is decoded unchanged.
/// </summary>
internal sealed class GzipDecoder : IFrameDecoder
{
    /// <summary>
    /// A member with 16 stored bytes that no truncated file produces by chance: header, block header, content, CRC-32, size.
    /// </summary>
    private static readonly byte[] MarkMember = Convert.FromHexString(
        "1F8B08000000000000FF" + "011000EFFF" + "9E3779B97F4A7C15F39CC0605CEDC834" + "4E4FC1FE" + "10000000");

    private static ReadOnlySpan<byte> Mark => MarkMember.AsSpan(15, 16);

    private const string CutOff = "the gzip file is truncated, or other data follows it";

    private readonly MemoryStream _input = new();
    private readonly GZipStream _content;
    private bool _isLast;

    public GzipDecoder() => _content = new GZipStream(_input, CompressionMode.Decompress);

    public string? Reason { get; private set; }

    public bool IsBetweenFrames { get; private set; }

    public void End()
    {
        _isLast = true;
        Feed(MarkMember);
    }

    public DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        try
        {
            if (_isLast)
            {
                Span<byte> tail = stackalloc byte[Mark.Length + 1];
                int length = _content.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false);
                IsBetweenFrames = tail[..length].SequenceEqual(Mark);
                return IsBetweenFrames ? DecompressionStatus.NeedMoreInput : Fail(CutOff);
            }

            // The output that a call inflates before it fails is lost, so each call inflates little.
            written = _content.Read(destination[..Math.Min(destination.Length, 512)]);
        }
        catch (InvalidDataException)
        {
            // The message of the base class library refers to archive entries.
            return Fail(_isLast ? CutOff : "the gzip data is damaged, or its checksum does not match");
        }

        if (written > 0 || _input.Position < _input.Length)
        {
            return written > 0 ? DecompressionStatus.DestinationTooSmall : Fail("other data follows the gzip file");
        }

        Feed(source);
        consumed = source.Length;
        return DecompressionStatus.NeedMoreInput;
    }

    public void Dispose() => _content.Dispose();

    private DecompressionStatus Fail(string reason)
    {
        Reason = reason;
        return DecompressionStatus.Corrupt;
    }

    private void Feed(ReadOnlySpan<byte> bytes)
    {
        _input.SetLength(0);
        _input.Write(bytes);
        _input.Position = 0;
    }
}
