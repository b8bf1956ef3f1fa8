using WalParser.Compression;

namespace WalParser.Blobs;

/// <summary>
/// What the last blob index was resolved to. Many operations may refer to one blob, which is then read and decompressed once. A failure is
/// kept, too, because a small record may have to be decompressed up to the limit before it fails; not if the file may still grow.
/// </summary>
internal sealed class LastBlob
{
    private byte[] _key = [];
    private int _keyLength = -1;
    private (ulong File, ulong Offset, ulong Size, CompressionType Compression) _place;

    public BlobOutcome Outcome { get; private set; }

    public string? File { get; private set; }

    public string? Reason { get; private set; }

    public bool Is(in BlobIndex index, ReadOnlySpan<byte> key) =>
        _keyLength >= 0 && _place == PlaceOf(index) && key.SequenceEqual(_key.AsSpan(0, _keyLength));

    public void Forget() => _keyLength = -1;

    public void Keep(in BlobIndex index, ReadOnlySpan<byte> key, in BlobResult result)
    {
        if (result.Outcome is BlobOutcome.Resolved
            or BlobOutcome.TooLarge
            or BlobOutcome.CompressionUnsupported
            or BlobOutcome.DecompressionFailed)
        {
            if (_key.Length < key.Length)
            {
                _key = new byte[Math.Max(key.Length, 2 * _key.Length)];
            }

            key.CopyTo(_key);
            _keyLength = key.Length;
            _place = PlaceOf(index);
            Outcome = result.Outcome;
            File = result.File;
            Reason = result.Reason;
        }
    }

    private static (ulong File, ulong Offset, ulong Size, CompressionType Compression) PlaceOf(in BlobIndex index) =>
        (index.FileNumber, index.Offset, index.Size, index.Compression);
}
