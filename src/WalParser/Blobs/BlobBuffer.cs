using System.Buffers;

namespace WalParser.Blobs;

/// <summary>
/// The buffer into which values are read or decompressed: one array that is reused for all values. It grows to no more than
/// <paramref name="limit"/>, unless a single request is larger. A small array is pooled. A large one is not, because the pool would keep it
/// beside the next; it is kept while the values need most of it.
/// </summary>
internal sealed class BlobBuffer(int limit) : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4 * 1024;
    private const int LargestPooled = 1024 * 1024;

    private byte[] _bytes = [];
    private bool _isPooled;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        if (!_isPooled && Length < _bytes.Length / 2)
        {
            Dispose();
        }

        Length = 0;
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
        Release();
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
        if (Length == 0)
        {
            // There is nothing to copy, so the two arrays need not exist at the same time.
            Release();
        }

        bool isPooled = size <= LargestPooled;
        byte[] larger = isPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        Written.CopyTo(larger);
        Release();
        (_bytes, _isPooled) = (larger, isPooled);
    }

    private void Release()
    {
        if (_isPooled)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _isPooled) = ([], false);
    }
}
