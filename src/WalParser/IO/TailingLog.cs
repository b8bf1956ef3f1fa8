using Microsoft.Win32.SafeHandles;

namespace WalParser.IO;

/// <summary>
/// Reads the blocks of a log that may still be written to, and decides whether bytes that are not an intact fragment are not written yet or
/// are damage:
/// <list type="bullet">
/// <item>If the log is closed (<see cref="Close"/>), the file contains everything, and the rules for other inputs apply.</item>
/// <item>If the writer has begun to write past the block, it does not return to the block. If a later read finds the same bytes, they are
/// damage.</item>
/// <item>Otherwise, they are not written yet: preallocated zeros, a part of a fragment, or the earlier contents of a recycled file.</item>
/// </list>
/// </summary>
internal sealed class TailingLog : BlockSource
{
    /// <summary>
    /// The number of bytes that are compared to distinguish two files, or searched for bytes that are not preallocated zeros.
    /// </summary>
    private const int SampleSize = 4096;

    private readonly IBlockProbe _probe;
    private readonly Func<TailingLog, CancellationToken, ValueTask> _waitForMore;
    private SafeFileHandle _file;
    private readonly byte[] _block = new byte[BlockSize];
    private byte[]? _otherBlock;
    private long _blockOffset = -BlockSize;
    private int _length;
    private bool _isClosed;

    // The position for which the block was read again since the last wait, and the one at which damage has to be confirmed by another read.
    private long _readAgainAt = -1;
    private long _unconfirmedAt = -1;

    /// <summary>Opens a file without a lock: it may be written to, renamed and deleted.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="probe">Recognizes fragments.</param>
    /// <param name="waitForMore">
    /// Waits where nothing more is written. It may call <see cref="Close"/>, <see cref="Cut"/> and <see cref="TryFollowReplacement"/>.
    /// </param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public TailingLog(string path, IBlockProbe probe, Func<TailingLog, CancellationToken, ValueTask> waitForMore)
    {
        _probe = probe;
        _waitForMore = waitForMore;
        _file = UnlockedFile.Open(path);
    }

    /// <summary>Whether the file has become shorter than the part of it that was read.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Whether the file was recycled for a later log, which overwrites its contents.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>Whether the log ends at the position of the reader, whatever the file contains past it.</summary>
    public bool IsCut { get; private set; }

    /// <summary>
    /// Closes the log: nothing more is written to it. Must not be called before that is known, because the next read takes the contents of
    /// the file as complete.
    /// </summary>
    public void Close()
    {
        _isClosed = true;
        _readAgainAt = -1;
    }

    /// <summary>Ends the log at the position of the reader.</summary>
    public void Cut() => IsCut = true;

    public override void Dispose() => _file.Dispose();

    public override ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <summary>Returns whether the file is a compressed copy of a log, which this source does not read.</summary>
    public bool IsCompressedCopy() =>
        CopyBlockSource.FormatOf(new ArraySegment<byte>(_block, 0, Read(_file, _block, 0)), _probe) != CompressedCopyFormat.None;

    /// <summary>
    /// Checks whether the file at a path is still the open one: a program that copies logs may have replaced it by renaming another file.
    /// If the other file contains the same bytes and more, reading continues in it.
    /// </summary>
    /// <param name="path">The path of the log.</param>
    /// <returns>False if the file at the path is another log.</returns>
    /// <exception cref="IOException">The file at the path cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file at the path is denied.</exception>
    public bool TryFollowReplacement(string path)
    {
        long length = RandomAccess.GetLength(_file);
        var named = new FileInfo(path);
        if (!named.Exists || named.Length == length || RandomAccess.GetLength(_file) != length)
        {
            return true;
        }

        SafeFileHandle other = UnlockedFile.Open(path);
        byte[] sample = new byte[SampleSize];
        byte[] otherSample = new byte[SampleSize];
        int compared = Math.Min(Read(_file, sample, 0), Read(other, otherSample, 0));
        if (RandomAccess.GetLength(other) < _blockOffset + _length
            || !sample.AsSpan(0, compared).SequenceEqual(otherSample.AsSpan(0, compared)))
        {
            other.Dispose();
            return false;
        }

        _file.Dispose();
        _file = other;
        return true;
    }

    /// <summary>Reads the next block, as far as it is written. Always returns true.</summary>
    public override bool TryNext(out LogBlock block)
    {
        _blockOffset += BlockSize;
        _length = IsCut ? 0 : Read(_file, _block, _blockOffset);
        block = BlockOf(_length, mayGrow: !IsCut);
        return true;
    }

    /// <summary>Returns false: more of a log can only be waited for.</summary>
    public override bool TryFill() => false;

    public override ValueTask FillAsync(CancellationToken cancellationToken) => _waitForMore(this, cancellationToken);

    public override bool TryReadAgain(in TailPosition position, out LogBlock block)
    {
        int consumed = (int)(position.Offset - _blockOffset);
        if (IsCut)
        {
            block = BlockOf(consumed, mayGrow: false);
            return true;
        }

        if (_readAgainAt != position.Offset && !IsTruncated)
        {
            _readAgainAt = position.Offset;
            int length = Read(_file, _block, _blockOffset);
            IsTruncated = length < consumed || RandomAccess.GetLength(_file) < position.Offset;
            _length = IsTruncated ? consumed : length;
            block = BlockOf(_length, mayGrow: true);
            return true;
        }

        _readAgainAt = -1;
        block = default;
        if (!_isClosed && (IsTruncated || position.IsAtOldRecord || !IsWrittenBeyond(position)))
        {
            return false;
        }

        uint? owner = NumberAtStart();
        IsTakenOver = owner is { } number && position.LogNumber is { } own && (int)(number - own) > 0;
        if (IsTruncated || IsTakenOver)
        {
            // The present contents of the file are not those of this log.
            IsCut = _isClosed;
            block = BlockOf(consumed, mayGrow: false);
            return IsCut;
        }

        if (!_isClosed && _unconfirmedAt != position.Offset)
        {
            _unconfirmedAt = position.Offset;
            return false;
        }

        block = BlockOf(_length, mayGrow: false);
        return true;
    }

    /// <summary>
    /// Returns whether a file contains a record of a log, or the beginning of one. Control records do not count: RocksDB writes them when
    /// it creates the file, and may continue to write to the log before.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="logNumber">The number of the log.</param>
    /// <param name="probe">Recognizes fragments.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static bool ContainsRecord(string path, ulong logNumber, IBlockProbe probe)
    {
        using SafeFileHandle file = UnlockedFile.Open(path);
        byte[] block = new byte[BlockSize];
        return probe.ContainsRecord(new ArraySegment<byte>(block, 0, Read(file, block, 0)), logNumber);
    }

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

    private LogBlock BlockOf(int length, bool mayGrow) => new(new ArraySegment<byte>(_block, 0, length), _blockOffset, mayGrow);

    /// <summary>
    /// Returns whether the writer has finished the block: it has begun the next one or, in a file that was not recycled, has written bytes
    /// further on.
    /// </summary>
    private bool IsWrittenBeyond(in TailPosition position)
    {
        if (_length < BlockSize)
        {
            return false;
        }

        long nextOffset = _blockOffset + BlockSize;
        ArraySegment<byte> next = ReadOther(nextOffset);
        return _probe.BeginsWithFragment(next, position.LogNumber)
            || (position.IsUnnumbered
                && (next.AsSpan().ContainsAnyExcept((byte)0)
                    || ContainsBytes(Math.Max(nextOffset, RandomAccess.GetLength(_file) - SampleSize))));
    }

    private bool ContainsBytes(long offset)
    {
        Span<byte> sample = stackalloc byte[SampleSize];
        return sample[..Read(_file, sample, offset)].ContainsAnyExcept((byte)0);
    }

    /// <summary>Returns the low 32 bits of the number of the log at the beginning of the file; null if its fragments carry none.</summary>
    private uint? NumberAtStart() => _probe.FindLogNumber(ReadOther(0));

    private ArraySegment<byte> ReadOther(long offset)
    {
        _otherBlock ??= new byte[BlockSize];
        return new ArraySegment<byte>(_otherBlock, 0, Read(_file, _otherBlock, offset));
    }
}
