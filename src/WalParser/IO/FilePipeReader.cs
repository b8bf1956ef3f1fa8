using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using WalParser.Framing;

namespace WalParser.IO;

/// <summary>
/// A file as a <see cref="PipeReader"/>, read in pieces of whole blocks into one buffer. Reads are synchronous: for a file
/// the operating system offers nothing better that would not cost more than it saves, and a read that is done at once
/// suspends nobody.
/// </summary>
internal sealed class FilePipeReader : PipeReader
{
    /// <summary>1 MiB: large enough to make the calls cheap, small enough to be still in the cache when the checksum is taken.</summary>
    internal const int DefaultBufferSize = 32 * FragmentReader.BlockSize;

    /// <summary>
    /// Where in a page the buffer begins. It matters more than all else here, and an array lies now here, now there: where the kernel's
    /// copy goes to less than 64 bytes further into a page than it comes from, it takes twice as long, and at a multiple of 64 a tenth longer
    /// than here (measured on AMD Zen 4).
    /// </summary>
    private const int OffsetInPage = 144;

    private const int PageSize = 4096;

    /// <summary>The buffer of a reader that is done, for the next: for many small logs, making one would be most of the work.</summary>
    private static byte[]? _spare;

    // Held so that it is not finalized, which would close the handle.
    private readonly FileStream _stream;
    private readonly SafeFileHandle _file;

    // The buffer is a part of a pinned array; what is in it lies from start to end.
    private readonly byte[] _array;
    private readonly int _bufferStart;
    private readonly int _bufferEnd;
    private long _fileOffset;
    private int _start;
    private int _end;
    private int _examined;
    private bool _atEndOfFile;

    /// <param name="file">A file that can be sought; it is closed when the pipe is completed.</param>
    /// <param name="bufferSize">How much is read at once.</param>
    public FilePipeReader(FileStream file, int bufferSize = DefaultBufferSize)
    {
        _stream = file;
        _file = file.SafeFileHandle;
        byte[]? spare = Interlocked.Exchange(ref _spare, null);
        _array = spare is not null && spare.Length >= bufferSize + PageSize
            ? spare
            : GC.AllocateUninitializedArray<byte>(bufferSize + PageSize, pinned: true);
        _bufferStart = (int)((OffsetInPage - Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0)) & (PageSize - 1));
        _bufferEnd = _bufferStart + bufferSize;
        _start = _end = _examined = _bufferStart;
    }

    public override bool TryRead(out ReadResult result)
    {
        Fill();
        result = new ReadResult(new ReadOnlySequence<byte>(_array, _start, _end - _start), isCanceled: false, _atEndOfFile);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TryRead(out ReadResult result);
        return new ValueTask<ReadResult>(result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _examined = examined.GetInteger();
    }

    public override void CancelPendingRead()
    {
        // No read is ever pending.
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_file.IsClosed)
        {
            _stream.Dispose();
            _spare = _array;
        }
    }

    /// <summary>Reads on when all that is buffered has been examined, as the contract of <see cref="PipeReader"/> has it.</summary>
    private void Fill()
    {
        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        if (_atEndOfFile || _examined < _end)
        {
            return;
        }

        // What was not consumed, less than a block, moves to the front.
        _array.AsSpan(_start, _end - _start).CopyTo(_array.AsSpan(_bufferStart));
        _end -= _start - _bufferStart;
        _start = _bufferStart;
        while (_end < _bufferEnd)
        {
            int read = RandomAccess.Read(_file, _array.AsSpan(_end, _bufferEnd - _end), _fileOffset);
            if (read == 0)
            {
                _atEndOfFile = true;
                break;
            }

            _fileOffset += read;
            _end += read;
        }

        _examined = _bufferStart;
    }
}
