using System.Buffers;

namespace WalParser.Framing;

/// <summary>
/// Where a record is put together from its fragments: one pooled array, kept from record to record, that grows with what
/// really came in and never beyond the limit.
/// </summary>
internal sealed class RecordBuffer(int limit) : IDisposable
{
    private const int FirstSize = 64 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ArraySegment<byte> Written => new(_bytes, 0, Length);

    /// <summary>Adds bytes; false, and nothing is added, if that is more than the limit.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > limit - Length)
        {
            return false;
        }

        if (bytes.Length > _bytes.Length - Length)
        {
            Grow(Length + bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        return true;
    }

    public void Clear() => Length = 0;

    public void Dispose()
    {
        Return();
        _bytes = [];
        Length = 0;
    }

    private void Grow(int needed)
    {
        int size = (int)Math.Min(Math.Max(Math.Max(2L * _bytes.Length, FirstSize), needed), Math.Max(limit, needed));
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        Written.AsSpan().CopyTo(larger);
        Return();
        _bytes = larger;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
