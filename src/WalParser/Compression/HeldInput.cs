namespace WalParser.Compression;

/// <summary>Input that is only of use in one piece, put together from the pieces it comes in; room grows with what comes.</summary>
internal struct HeldInput
{
    private byte[]? _bytes;

    public int Length { get; private set; }

    public void Clear() => Length = 0;

    /// <summary>Takes a unit of so many bytes from the source: as it lies there if it is there whole, else put together.</summary>
    /// <param name="source">What has come; what is taken of it is cut off.</param>
    /// <param name="length">The length of the unit.</param>
    /// <param name="unit">The unit, good until the next call.</param>
    /// <returns>Whether all of it has come; if not, the source has been used up.</returns>
    public bool TryTake(ref ReadOnlySpan<byte> source, int length, out ReadOnlySpan<byte> unit)
    {
        if (Length == 0 && source.Length >= length)
        {
            unit = source[..length];
            source = source[length..];
            return true;
        }

        var taken = Math.Min(length - Length, source.Length);
        _bytes ??= new byte[64];
        if (_bytes.Length < Length + taken)
        {
            Array.Resize(ref _bytes, Math.Max(Length + taken, (int)Math.Min(2L * _bytes.Length, length)));
        }

        source[..taken].CopyTo(_bytes.AsSpan(Length));
        source = source[taken..];
        Length += taken;
        if (Length < length)
        {
            unit = default;
            return false;
        }

        Length = 0;
        unit = _bytes.AsSpan(0, length);
        return true;
    }
}
