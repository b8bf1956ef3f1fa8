using System.Buffers.Binary;
using System.IO.Pipelines;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Writing;

/// <summary>
/// Writes a RocksDB write-ahead log: for the same records the same bytes as RocksDB's <c>log::Writer</c> (<c>db/log_writer.cc</c>). The
/// frames of a compressed log are those of Zstandard 1.5.7; a RocksDB that was built with another version may compress a record to other
/// bytes.
/// <code>
/// await using LogWriter log = LogWriter.Open("000010.log");
/// await log.WriteAsync(batch.Build());
/// </code>
/// The writer passes bytes to the output when it has collected enough of them, and at the latest in <see cref="FlushAsync"/> or when it is
/// disposed. It never syncs to the disk. When the output fails, or a wait for it is cancelled, the end of the log at the output is unknown:
/// every later call throws, and the disposal passes no more bytes. The writer of a compressed log holds native memory until it is disposed.
/// An instance is not safe for use by several threads at once.
/// </summary>
public sealed partial class LogWriter : IAsyncDisposable, IDisposable
{
    /// <summary>The number of bytes that the writer collects before it passes them to the output.</summary>
    private const int FlushSize = 64 * 1024;

    private readonly PipeWriter _output;
    private readonly bool _leaveOpen;
    private readonly LogWriterOptions _options;
    private readonly int _headerSize;
    private readonly Dictionary<uint, int> _timestampSizes = [];
    private readonly FragmentWriter _fragments;
    private long _flushed;
    private bool _isInRecord;
    private bool _isFlushing;
    private bool _isDisposed;
    private Exception? _failure;

    private LogWriter(PipeWriter output, LogWriterOptions options, bool leaveOpen)
    {
        _output = output;
        _leaveOpen = leaveOpen;
        _options = options;
        _fragments = new FragmentWriter(output, LogNumber ?? 0);
        _headerSize = options.IsRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize;
        if (options.CompressionType != CompressionType.None)
        {
            Span<byte> type = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(type, (uint)options.CompressionType);

            // The header has no log number, also in a recyclable log.
            _fragments.Write(FragmentType.SetCompressionType, type);
        }

        if (options.Predecessor is { } predecessor)
        {
            Span<byte> info = stackalloc byte[3 * sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(info, predecessor.LogNumber);
            BinaryPrimitives.WriteUInt64LittleEndian(info[8..], predecessor.SizeInBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(info[16..], predecessor.LastSequence);
            WriteControl(FragmentType.PredecessorWalInfo, FragmentType.RecyclablePredecessorWalInfo, info);
        }

        WriteTimestampSizes(options.TimestampSizes);

        // Last, so that no native memory is allocated if the output throws above.
        if (options.CompressionType != CompressionType.None)
        {
            _compressor = new ZstdCompressor(options.CompressionLevel);
            _chunk = new byte[FragmentWriter.BlockSize - _headerSize];
        }
    }

    /// <summary>The size of the log so far, in bytes: the offset after the last record.</summary>
    public long Position => _fragments.Position;

    /// <summary>The number of records that were written.</summary>
    public long RecordCount { get; private set; }

    /// <summary>The greatest sequence number in the header of a record so far; 0 before the first record.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>The log number; null if it is not known.</summary>
    public ulong? LogNumber => _options.LogNumber;

    /// <summary>The options, with the log number of the file name if the writer was opened by path.</summary>
    public LogWriterOptions Options => _options;

    /// <summary>
    /// Creates a log in a file, which must not exist. The log number is that of the options, or else that of the file name. If the method
    /// fails, it leaves no file.
    /// </summary>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="IOException">The file exists, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">Creating the file is not permitted.</exception>
    public static LogWriter Open(string path, LogWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new LogWriterOptions();
        if (options.LogNumber is null && WalFileName.TryGetLogNumber(path, out ulong number))
        {
            options = options with { LogNumber = number };
        }

        options.Validate();
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false);
        try
        {
            return Create(file, options);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Creates a writer of a log into a stream. The current position of the stream is the beginning of the log.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="leaveOpen">Whether the stream is left open when the writer is disposed.</param>
    /// <exception cref="ArgumentException">The stream cannot be written, or the options are not valid.</exception>
    public static LogWriter Create(Stream stream, LogWriterOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
        {
            throw new ArgumentException("The stream cannot be written.", nameof(stream));
        }

        return Create(new StreamOutput(stream, leaveOpen), options);
    }

    /// <summary>Creates a writer of a log into a pipe.</summary>
    /// <param name="output">The writing end of the pipe.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="leaveOpen">
    /// Whether the pipe is left open when the writer is disposed. <see cref="DisposeAsync"/> then flushes it. <see cref="Dispose"/> cannot
    /// wait, and leaves the flush to the owner of the pipe.
    /// </param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static LogWriter Create(PipeWriter output, LogWriterOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        options ??= new LogWriterOptions();
        options.Validate();
        return new LogWriter(output, options, leaveOpen);
    }

    /// <summary>Returns the record about this log with which the next log begins, if nothing more is written to this log.</summary>
    /// <exception cref="InvalidOperationException">The log has no number.</exception>
    public PredecessorWalInfo ToPredecessor() => new(
        LogNumber ?? throw new InvalidOperationException("The log has no number."), (ulong)Position, LastSequence);

    /// <summary>
    /// Writes a record, usually a write batch; it may be empty. A record that does not fit in its block is written in several fragments.
    /// When the writer has collected enough bytes, it passes them to the output, and waits for a slow reader of a pipe.
    /// </summary>
    /// <param name="record">The record. The writer does not use it after the write has completed.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait for the output; the log can then not be continued. If the token is cancelled before the call, the method writes
    /// nothing, and the log can be continued.
    /// </param>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or has not completed.</exception>
    /// <exception cref="OperationCanceledException">The write was cancelled.</exception>
    /// <exception cref="IOException">The output failed, or the reader of the pipe has completed.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken = default)
    {
        EnsureUsable();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (record.Length > FlushSize)
        {
            return WriteLongAsync(record, cancellationToken);
        }

        Write(record.Span);
        return FlushIfManyAsync(cancellationToken);
    }

    /// <summary>
    /// Writes the same bytes as <see cref="WriteAsync"/> without a wait. They stay in memory until <see cref="FlushAsync"/>,
    /// <see cref="Flush"/> or <see cref="WriteAsync"/> passes them to the output.
    /// </summary>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or has not completed.</exception>
    public void Write(ReadOnlySpan<byte> record)
    {
        EnsureUsable();
        Begin(record);
        try
        {
            WriteParts(record);
        }
        catch (Exception exception)
        {
            _failure = exception;
            throw;
        }

        End();
    }

    /// <summary>
    /// Declares the timestamp sizes of column families for the records that follow, in the order of the collection. RocksDB's order is that
    /// of a hash table, so only <see cref="TimestampSizes.InDeclaredOrder"/> results in the bytes that RocksDB wrote. Sizes that are
    /// declared already, and sizes of 0, are skipped.
    /// </summary>
    /// <param name="sizes">The sizes in bytes, by column family: a dictionary, or any other collection.</param>
    /// <exception cref="ArgumentException">
    /// A size cannot be written, or differs from the declared size of its column family; or the sizes do not fit in a block. The method
    /// then declares nothing.
    /// </exception>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or has not completed.</exception>
    public void WriteTimestampSizes(IReadOnlyCollection<KeyValuePair<uint, int>> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        EnsureUsable();
        byte[]? payload = TimestampDeclaration.Encode(sizes, _timestampSizes, _headerSize);
        if (payload is null)
        {
            return;
        }

        foreach ((uint columnFamily, int size) in sizes)
        {
            _timestampSizes[columnFamily] = size;
        }

        WriteControl(FragmentType.UserDefinedTimestampSize, FragmentType.RecyclableUserDefinedTimestampSize, payload);
    }

    /// <summary>Passes all bytes that were written to the output, and waits for it.</summary>
    /// <param name="cancellationToken">
    /// Cancels the wait as in <see cref="WriteAsync"/>. If it is cancelled before the call, nothing is flushed.
    /// </param>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or has not completed.</exception>
    /// <exception cref="OperationCanceledException">The flush was cancelled.</exception>
    /// <exception cref="IOException">The output failed, or the reader of the pipe has completed.</exception>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        EnsureUsable();
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : PassOnAsync(cancellationToken);
    }

    /// <summary>Does the same as <see cref="FlushAsync"/> without a wait, for a log in a file or a stream.</summary>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or has not completed.</exception>
    /// <exception cref="IOException">The output failed.</exception>
    /// <exception cref="NotSupportedException">The output is a pipe: a flush of it may have to wait for its reader.</exception>
    public void Flush()
    {
        EnsureUsable();
        if (_output is not StreamOutput output)
        {
            throw new NotSupportedException("A pipe is flushed with FlushAsync only, because the flush may have to wait for its reader.");
        }

        try
        {
            output.Flush();
            _flushed = Position;
        }
        catch (Exception exception)
        {
            _failure = exception;
            throw;
        }
    }

    /// <summary>
    /// Passes the remaining bytes to the output and closes it, unless it is to stay open. After a failure, and inside a write, it passes no
    /// more bytes, and the reader of a pipe gets that failure.
    /// </summary>
    /// <exception cref="IOException">The output failed. A stream is closed nevertheless.</exception>
    public ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return default;
        }

        _isDisposed = true;
        _compressor?.Dispose();
        Exception? failure = FindFailure();
        if (!_leaveOpen)
        {
            return _output.CompleteAsync(failure);
        }

        return failure is null ? PassOnAsync(CancellationToken.None) : default;
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>, without a wait for the reader of a pipe.</summary>
    /// <exception cref="IOException">The output failed. A stream is closed nevertheless.</exception>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _compressor?.Dispose();
            if (!_leaveOpen)
            {
                _output.Complete(FindFailure());
            }
        }
    }

    private Exception? FindFailure() =>
        _failure ?? (_isInRecord || _isFlushing ? new InvalidOperationException("The log was closed during a write.") : null);

    private async ValueTask WriteLongAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        Begin(record.Span);
        try
        {
            BeginParts();
            int consumed = 0;
            while (!WritePart(record.Span, ref consumed))
            {
                await FlushIfManyAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            _failure = exception;
            throw;
        }

        End();
        await FlushIfManyAsync(cancellationToken).ConfigureAwait(false);
    }

    private ValueTask FlushIfManyAsync(CancellationToken cancellationToken) =>
        Position - _flushed < FlushSize ? default : PassOnAsync(cancellationToken);

    private async ValueTask PassOnAsync(CancellationToken cancellationToken)
    {
        _isFlushing = true;
        try
        {
            long position = Position;
            FlushResult result = await _output.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The wait for the log's output was cancelled by the pipe.");
            }

            if (result.IsCompleted)
            {
                throw new IOException("The reader of the pipe has completed.");
            }

            _flushed = position;
        }
        catch (Exception exception)
        {
            _failure = exception;
            throw;
        }
        finally
        {
            _isFlushing = false;
        }
    }

    private void EnsureUsable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_failure is not null)
        {
            throw new InvalidOperationException(
                "An earlier write failed, and the end of the log is unknown; the log cannot be continued.", _failure);
        }

        if (_isInRecord || _isFlushing)
        {
            throw new InvalidOperationException("An earlier write has not completed.");
        }
    }

    private void Begin(ReadOnlySpan<byte> record)
    {
        _isInRecord = true;
        if (record.Length >= sizeof(ulong))
        {
            LastSequence = Math.Max(LastSequence, BinaryPrimitives.ReadUInt64LittleEndian(record));
        }
    }

    private void End()
    {
        _isInRecord = false;
        RecordCount++;
    }
}
