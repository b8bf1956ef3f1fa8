using System.Buffers;

namespace WalParser.Benchmarks;

/// <summary>Many short pieces of bytes in one buffer, for measurements of frames and blocks.</summary>
internal sealed class Pieces
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<int> _lengths = [];

    public delegate int Process(ReadOnlySpan<byte> piece);

    public int Count => _lengths.Count;

    public long Size => _bytes.WrittenCount;

    public void Add(ReadOnlySpan<byte> piece)
    {
        _bytes.Write(piece);
        _lengths.Add(piece.Length);
    }

    /// <summary>Returns the sum of the results for all pieces.</summary>
    public long Sum(Process process)
    {
        ReadOnlySpan<byte> rest = _bytes.WrittenSpan;
        long sum = 0;
        foreach (int length in _lengths)
        {
            sum += process(rest[..length]);
            rest = rest[length..];
        }

        return sum;
    }
}
