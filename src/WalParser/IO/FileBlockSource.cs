using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WalParser.IO;

/// <summary>
/// Reads the blocks of a log from a file, many blocks at a time. Reads are synchronous: for files, an operating system offers no
/// asynchronous read that is cheaper.
/// </summary>
internal sealed class FileBlockSource : RawBlockSource
{
    /// <summary>
    /// 1 MiB: large enough for few calls, small enough that the bytes are still in the cache when the checksum is computed.
    /// </summary>
    internal const int DefaultBufferSize = 32 * BlockSize;

    /// <summary>
    /// The position of the buffer in a page. It has a large effect on the speed, and the position of an array is arbitrary. If the target
    /// of the kernel's copy lies less than 64 bytes further into its page than the origin does, the copy takes twice as long; at a multiple
    /// of 64, it takes a tenth longer than at this position (measured on AMD Zen 4).
    /// </summary>
    private const int OffsetInPage = 144;

    private const int PageSize = 4096;

    /// <summary>
    /// The buffer of a source that was disposed, for the next source. For many small logs, allocating it would take most of the time.
    /// </summary>
    private static byte[]? _spare;

    // The stream is referenced so that it is not finalized, which would close the handle.
    private readonly FileStream _stream;
    private readonly SafeFileHandle _file;
    private readonly BlockBuffer _buffer;
    private byte[]? _array;
    private long _fileOffset;
    private bool _isHandedOver;

    /// <summary>Reads a file from its beginning.</summary>
    /// <param name="file">A file that supports seeking. It is closed when the source is disposed.</param>
    /// <param name="bufferSize">The size of a read, in bytes; at least <see cref="BlockSource.BlockSize"/>.</param>
    public FileBlockSource(FileStream file, int bufferSize = DefaultBufferSize)
    {
        _stream = file;
        _file = file.SafeFileHandle;
        byte[]? spare = Interlocked.Exchange(ref _spare, null);
        _array = spare is not null && spare.Length >= bufferSize + PageSize
            ? spare
            : GC.AllocateUninitializedArray<byte>(bufferSize + PageSize, pinned: true);
        int start = (int)((OffsetInPage - Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0)) & (PageSize - 1));
        _buffer = new BlockBuffer(new ArraySegment<byte>(_array, start, bufferSize));
    }

    public override bool IsSynchronous => true;

    public override bool TryNext(out LogBlock block) => _buffer.TryTake(out block);

    public override bool TryFill()
    {
        Span<byte> room = _buffer.MakeRoom();
        while (!room.IsEmpty)
        {
            int read = RandomAccess.Read(_file, room, _fileOffset);
            _buffer.Add(read);
            if (read == 0)
            {
                break;
            }

            _fileOffset += read;
            room = room[read..];
        }

        return _buffer.HasBlock;
    }

    public override ValueTask FillAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TryFill();
        return default;
    }

    public override Stream IntoStream()
    {
        _isHandedOver = true;
        ReleaseBuffer();
        _stream.Position = 0;
        return _stream;
    }

    public override void Dispose()
    {
        if (!_isHandedOver)
        {
            _stream.Dispose();
        }

        ReleaseBuffer();
    }

    public override ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private void ReleaseBuffer()
    {
        if (_array is not null)
        {
            _spare = _array;
            _array = null;
        }
    }
}
