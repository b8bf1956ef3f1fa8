using Microsoft.Win32.SafeHandles;
using WalParser.IO;

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
internal sealed class TailingLog : IDisposable
{
    /// <summary>How much is looked at to tell written from allocated space, or one log from another.</summary>
    private const int SampleSize = 4096;

    private SafeFileHandle _file;
    private readonly byte[] _block = new byte[FragmentReader.BlockSize];
    private byte[]? _other;
    private long _blockOffset = -FragmentReader.BlockSize;
    private int _length;
    private bool _isClosed;
    private long _lookedAgainAt = -1;
    private long _suspectAt = -1;

    /// <summary>Opens the file, without a lock: it may be written to, renamed and deleted.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public TailingLog(string path) => _file = Open(path);

    /// <summary>Whether the file has become shorter than what was read of it.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Whether the file was given to a later log, which writes over what it held.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>Whether nothing more is read, whatever the file holds.</summary>
    public bool IsCut { get; private set; }

    /// <summary>
    /// Says that nothing more is written to the log. To be called when that is known, and not before: what is in the file at the next read is
    /// taken for all there is.
    /// </summary>
    public void Close()
    {
        _isClosed = true;
        _lookedAgainAt = -1;
    }

    /// <summary>Says that nothing more is to be read: the log ends where reading stands.</summary>
    public void Cut() => IsCut = true;

    public void Dispose() => _file.Dispose();

    /// <summary>Whether the file is a compressed copy of a log, which is not read here.</summary>
    public bool IsCompressedCopy() =>
        CopyContent.FormatOf(_block.AsMemory(0, Read(_file, _block, 0))) != CompressedCopyFormat.None;

    /// <summary>
    /// Looks whether the file at <paramref name="path"/>, at which the log lay, is another than the one that is open: it was replaced by a rename, as
    /// copying programs do. If that holds the same and more, reading goes on in it.
    /// </summary>
    /// <returns>False if it is another log.</returns>
    public bool TryFollowReplacement(string path)
    {
        long length = RandomAccess.GetLength(_file);
        var named = new FileInfo(path);
        if (!named.Exists || named.Length == length || RandomAccess.GetLength(_file) != length)
        {
            return true;
        }

        SafeFileHandle other = Open(path);
        byte[] sample = new byte[SampleSize];
        byte[] otherSample = new byte[SampleSize];
        int compared = Math.Min(Read(_file, sample, 0), Read(other, otherSample, 0));
        if (RandomAccess.GetLength(other) < _blockOffset + _length || !sample.AsSpan(0, compared).SequenceEqual(otherSample.AsSpan(0, compared)))
        {
            other.Dispose();
            return false;
        }

        _file.Dispose();
        _file = other;
        return true;
    }

    /// <summary>The block behind the one read last, as far as it is there.</summary>
    public ReadOnlyMemory<byte> ReadNext()
    {
        _blockOffset += FragmentReader.BlockSize;
        _length = IsCut ? 0 : Read(_file, _block, _blockOffset);
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
        isGrowing = !IsCut;
        if (IsCut)
        {
            block = _block.AsMemory(0, inBlock);
            return true;
        }

        if (_lookedAgainAt != at && !IsTruncated)
        {
            _lookedAgainAt = at;
            int length = Read(_file, _block, _blockOffset);
            IsTruncated = length < inBlock || RandomAccess.GetLength(_file) < at;
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
            // What is there now was written for another purpose.
            IsCut = _isClosed;
            block = _block.AsMemory(0, inBlock);
            isGrowing = false;
            return IsCut;
        }

        if (!_isClosed && _suspectAt != at)
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
        using SafeFileHandle file = Open(path);
        byte[] block = new byte[FragmentReader.BlockSize];
        var fragments = new FragmentReader(logNumber);
        fragments.Supply(block.AsMemory(0, Read(file, block, 0)));
        while (fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            if (fragments.Type is >= FragmentType.Full and <= FragmentType.RecyclableLast)
            {
                return true;
            }
        }

        return false;
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

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
        int length = Read(_file, _other, next);
        var fragments = new FragmentReader(logNumber);
        fragments.Supply(_other.AsMemory(0, length));
        if (fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            return true;
        }

        return records.IsUnnumbered
            && (_other.AsSpan(0, length).ContainsAnyExcept((byte)0) || HoldsBytes(Math.Max(next, RandomAccess.GetLength(_file) - SampleSize)));
    }

    private bool HoldsBytes(long offset)
    {
        Span<byte> sample = stackalloc byte[SampleSize];
        return sample[..Read(_file, sample, offset)].ContainsAnyExcept((byte)0);
    }

    /// <summary>The low 32 bits of the number of the log that the file begins with, if that has numbers.</summary>
    private uint? NumberAtStart()
    {
        _other ??= new byte[FragmentReader.BlockSize];
        var fragments = new FragmentReader(logNumber: null);
        fragments.Supply(_other.AsMemory(0, Read(_file, _other, 0)));
        while (fragments.LogNumber is null && fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            // Control records without a number may come before the first fragment with one.
        }

        return fragments.LogNumber;
    }
}
