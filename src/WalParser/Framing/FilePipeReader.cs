using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace WalParser.Framing;

/// <summary>
/// A file as a <see cref="PipeReader"/>, read in pieces of whole blocks into one buffer. Reads are synchronous: for a file
/// the operating system offers nothing better that would not cost more than it saves, and a read that is done at once
/// suspends nobody.
/// </summary>
internal sealed class FilePipeReader : PipeReader
{
    /// <summary>1 MiB: large enough to make the calls cheap, small enough to be still in the cache when the checksum is taken.</summary>
    internal const int DefaultBufferSize = 32 * FragmentReader.BlockSize;

    // Held so that it is not finalized, which would close the handle.
    private readonly FileStream _stream;
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer;
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
        _buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
    }

    public override bool TryRead(out ReadResult result)
    {
        Fill();
        result = new ReadResult(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled: false, _atEndOfFile);
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
            ArrayPool<byte>.Shared.Return(_buffer);
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

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < _buffer.Length)
        {
            int read = RandomAccess.Read(_file, _buffer.AsSpan(_end), _fileOffset);
            if (read == 0)
            {
                _atEndOfFile = true;
                break;
            }

            _fileOffset += read;
            _end += read;
        }

        _examined = 0;
    }
}
