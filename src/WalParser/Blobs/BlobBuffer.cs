using System.Buffers;

namespace WalParser.Blobs;

/// <summary>
/// The buffer into which values are read or decompressed: one pooled array that is reused for all values. It grows to no more than
/// <paramref name="limit"/>, unless a single request is larger. The array of an unusually large value is returned before the next value.
/// </summary>
internal sealed class BlobBuffer(int limit) : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4 * 1024;
    private const int KeptSize = 1024 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptSize)
        {
            Dispose();
        }
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        Length = 0;
    }

    private void Ensure(int count)
    {
        if (count <= _bytes.Length - Length)
        {
            return;
        }

        int needed = checked(Length + count);
        int size = (int)Math.Min(Math.Max(Math.Max(2L * _bytes.Length, FirstSize), needed), Math.Max(limit, needed));
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        Written.CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
