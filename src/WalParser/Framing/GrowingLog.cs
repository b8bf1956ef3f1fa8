using Microsoft.Win32.SafeHandles;

namespace WalParser.Framing;

/// <summary>
/// The file of a log that may still be written to, block by block, and the judgment whether what is no good fragment there is not
/// written yet, or damage.
/// <list type="bullet">
/// <item>The log is closed (<see cref="Close"/>): what is there is all there will be, and the rules of an ordinary reading hold.</item>
/// <item>The writer has gone on behind the block, so that it will not come back to it; and a look at a later time finds the same.</item>
/// <item>Else it is not written yet, be it zeros that were allocated beforehand, a fragment written in part, or what a recycled file held
/// before.</item>
/// </list>
/// </summary>
internal sealed class GrowingLog
{
    /// <summary>How much is looked at to tell written from allocated space.</summary>
    private const int SampleSize = 4096;

    private readonly SafeFileHandle _file;
    private readonly byte[] _block = new byte[FragmentReader.BlockSize];
    private byte[]? _other;
    private long _blockOffset = -FragmentReader.BlockSize;
    private int _length;
    private bool _isClosed;
    private long _lookedAgainAt = -1;
    private long _suspectAt = -1;

    /// <summary>Opens the file, without a lock: it may be written to, renamed and deleted.</summary>
    public GrowingLog(string path)
    {
        Stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _file = Stream.SafeFileHandle;
    }

    /// <summary>The open file; whoever disposes it closes the log.</summary>
    public FileStream Stream { get; }

    /// <summary>Whether the file has become shorter than what was read of it. Nothing more is read from it.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Whether the file was given to a later log, which writes over what it held. Nothing more is read from it.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>Whether nothing more is read, whatever the file holds.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The file's size in bytes as it is now.</summary>
    public long Length => RandomAccess.GetLength(_file);

    /// <summary>
    /// Says that nothing more is written to the log. To be called when that is known, and not before: what is in the file at the next read is
    /// taken for all there is.
    /// </summary>
    public void Close()
    {
        _isClosed = true;
        _lookedAgainAt = -1;
    }

    /// <summary>The block behind the one read last, as far as it is there.</summary>
    public ReadOnlyMemory<byte> ReadNext()
    {
        _blockOffset += FragmentReader.BlockSize;
        _length = IsCut ? 0 : Read(_block, _blockOffset);
        return _block.AsMemory(0, _length);
    }

    /// <summary>The block read last, as it is now, if it is to be looked at again; false if there is nothing to do but wait.</summary>
    /// <param name="records">The reader that has asked for more.</param>
    /// <param name="logNumber">The log's number, if known.</param>
    /// <param name="block">The block.</param>
    /// <param name="isGrowing">Whether what is no good fragment may be not written yet.</param>
    public bool TryReadAgain(RecordReader records, ulong? logNumber, out ReadOnlyMemory<byte> block, out bool isGrowing)
    {
        long at = records.EndOffset;
        int inBlock = (int)(at - _blockOffset);
        isGrowing = true;
        if (_lookedAgainAt != at && !IsTruncated)
        {
            _lookedAgainAt = at;
            int length = Read(_block.AsSpan(), _blockOffset);
            IsTruncated = length < inBlock || Length < at;
            _length = IsTruncated ? inBlock : length;
            block = _block.AsMemory(0, _length);
            return true;
        }

        _lookedAgainAt = -1;
        block = default;
        if (!_isClosed && (IsTruncated || records.IsAtOldRecord || !IsWrittenBeyond(records, logNumber)))
        {
            return false;
        }

        uint? owner = NumberAtStart();
        IsTakenOver = owner is { } number && logNumber is { } own && (int)(number - (uint)own) > 0;
        if (IsTruncated || IsTakenOver)
        {
            if (!_isClosed)
            {
                return false;
            }

            IsCut = true;
            _length = inBlock;
        }
        else if (!_isClosed && _suspectAt != at)
        {
            _suspectAt = at;
            return false;
        }

        isGrowing = false;
        block = _block.AsMemory(0, _length);
        return true;
    }

    /// <summary>
    /// Whether the file at <paramref name="path"/> holds a record, or the beginning of one, of the log of that number. Control records are no
    /// proof that anything was written to it: RocksDB writes them when it makes the file, and may then still write to the log before.
    /// </summary>
    public static bool HoldsRecord(string path, ulong logNumber)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] block = new byte[FragmentReader.BlockSize];
        var fragments = new FragmentReader(logNumber);
        fragments.Supply(block.AsMemory(0, Read(file.SafeFileHandle, block, 0)));
        while (fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            if (fragments.Type is >= FragmentType.Full and <= FragmentType.RecyclableLast)
            {
                return true;
            }
        }

        return false;
    }

    private int Read(Span<byte> buffer, long offset) => Read(_file, buffer, offset);

    private static int Read(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        int length = 0;
        int read;
        while (length < buffer.Length && (read = RandomAccess.Read(file, buffer[length..], offset + length)) > 0)
        {
            length += read;
        }

        return length;
    }

    /// <summary>Whether the writer is done with the block: it has begun the next or, in a file that was never another log's, left bytes further on.</summary>
    private bool IsWrittenBeyond(RecordReader records, ulong? logNumber)
    {
        if (_length < FragmentReader.BlockSize)
        {
            return false;
        }

        _other ??= new byte[FragmentReader.BlockSize];
        long next = _blockOffset + FragmentReader.BlockSize;
        int length = Read(_other, next);
        var fragments = new FragmentReader(logNumber);
        fragments.Supply(_other.AsMemory(0, length));
        if (fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            return true;
        }

        return records.IsUnnumbered
            && (_other.AsSpan(0, length).ContainsAnyExcept((byte)0) || HoldsBytes(Math.Max(next, Length - SampleSize)));
    }

    private bool HoldsBytes(long offset) => _other.AsSpan(0, Read(_other.AsSpan(0, SampleSize), offset)).ContainsAnyExcept((byte)0);

    /// <summary>The low 32 bits of the number of the log that the file begins with, if that has numbers.</summary>
    private uint? NumberAtStart()
    {
        _other ??= new byte[FragmentReader.BlockSize];
        var fragments = new FragmentReader(logNumber: null);
        fragments.Supply(_other.AsMemory(0, Read(_other, 0)));
        while (fragments.LogNumber is null && fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            // Control records without a number may come before the first fragment with one.
        }

        return fragments.LogNumber;
    }
}
