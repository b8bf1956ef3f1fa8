using System.Buffers.Binary;
using System.IO.Pipelines;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Writing;

/// <summary>
/// Writes a RocksDB write-ahead log, byte for byte as RocksDB's <c>log::Writer</c> does for the same records (<c>db/log_writer.cc</c>). The
/// frames of a compressed log are those of Zstandard 1.5.7: a RocksDB that was built with another version may compress a record to other
/// bytes.
/// <code>
/// await using LogWriter log = LogWriter.Open("000010.log");
/// await log.WriteAsync(batch.Build());
/// </code>
/// What was written is at the output after <see cref="FlushAsync"/> or disposal; before, when enough has come together. Nothing is synced
/// to the disk. When the output fails, or a wait for it is cancelled, nobody knows how much of the log it took: the writer refuses to go
/// on, and its disposal hands nothing more out. The writer of a compressed log holds native memory until it is disposed. An instance is not
/// safe for use by several threads at once.
/// </summary>
public sealed partial class LogWriter : IAsyncDisposable, IDisposable
{
    /// <summary>How much may come together before it is handed on.</summary>
    private const int FlushSize = 64 * 1024;

    private readonly PipeWriter _output;
    private readonly bool _leaveOpen;
    private readonly LogWriterOptions _options;
    private readonly int _headerSize;
    private readonly Dictionary<uint, int> _timestampSizes = [];
    private FragmentWriter _fragments;
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

            // Under a header without the log's number even where all others have it.
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

        // Last, so that nothing is left behind where the output refuses what came before.
        if (options.CompressionType != CompressionType.None)
        {
            _compressor = new ZstdCompressor(options.CompressionLevel);
            _chunk = new byte[FragmentWriter.BlockSize - _headerSize];
        }
    }

    /// <summary>How many bytes the log has so far: the offset behind the last record.</summary>
    public long Position => _fragments.Position;

    /// <summary>How many records were written.</summary>
    public long RecordCount { get; private set; }

    /// <summary>The greatest sequence number in the header of a record so far; 0 if there is none.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>The log's number, as far as known.</summary>
    public ulong? LogNumber => _options.LogNumber;

    /// <summary>How much native memory the compressor holds, in bytes; 0 if there is none.</summary>
    internal long NativeSize => _compressor?.NativeSize ?? 0;

    /// <summary>
    /// Creates a log in a file, which must not exist yet. Its number is that in the name, unless the options say another. Where this fails, it leaves no file.
    /// </summary>
    /// <exception cref="ArgumentException">The options are not those of a log.</exception>
    /// <exception cref="IOException">The file exists, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be created.</exception>
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

    /// <summary>Writes a log into a stream, from where it stands, which counts as the log's beginning.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="options">What the log is like.</param>
    /// <param name="leaveOpen">Whether the stream is left open when the writer is disposed.</param>
    /// <exception cref="ArgumentException">The stream cannot be written, or the options are not those of a log.</exception>
    public static LogWriter Create(Stream stream, LogWriterOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
        {
            throw new ArgumentException("The stream cannot be written.", nameof(stream));
        }

        return Create(new StreamOutput(stream, leaveOpen), options);
    }

    /// <summary>Writes a log into a pipe.</summary>
    /// <param name="output">The pipe's writing end.</param>
    /// <param name="options">What the log is like.</param>
    /// <param name="leaveOpen">
    /// Whether the pipe is not completed when the writer is disposed. <see cref="DisposeAsync"/> then flushes it; after <see cref="Dispose"/>, which cannot wait,
    /// that is left to its owner.
    /// </param>
    /// <exception cref="ArgumentException">The options are not those of a log.</exception>
    public static LogWriter Create(PipeWriter output, LogWriterOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        options ??= new LogWriterOptions();
        options.Validate();
        return new LogWriter(output, options, leaveOpen);
    }

    /// <summary>What the next log says of this one, if nothing more is written to this.</summary>
    /// <exception cref="InvalidOperationException">The log has no number.</exception>
    public PredecessorWalInfo ToPredecessor() => new(
        LogNumber ?? throw new InvalidOperationException("The log has no number."), (ulong)Position, LastSequence);

    /// <summary>
    /// Writes a record, which may be empty: a write batch as a rule. A record that does not fit in its block is written in several fragments. Bytes are
    /// handed to the output when enough have come together, which waits for a slow reader of a pipe.
    /// </summary>
    /// <param name="record">The record. It is not needed once the write is over.</param>
    /// <param name="cancellationToken">
    /// Ends the wait for the output; the log is then not to be written on. If it is cancelled beforehand, nothing of the record is written, and the log is as
    /// good as before.
    /// </param>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or is not over.</exception>
    /// <exception cref="OperationCanceledException">The write was cancelled.</exception>
    /// <exception cref="IOException">The output failed, or the reader of the pipe has gone.</exception>
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
    /// As <see cref="WriteAsync"/>, without a wait, and the same bytes: they stay in memory until <see cref="FlushAsync"/> or <see cref="Flush"/>, or until a
    /// <see cref="WriteAsync"/> hands them on.
    /// </summary>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or is not over.</exception>
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
    /// Declares the timestamp sizes of column families, for the records that follow, in the order in which they are given: RocksDB's own is that of a hash
    /// table, so that only <see cref="TimestampSizes.InDeclaredOrder"/> gives the bytes that RocksDB wrote. What was declared before, and a size of 0, needs no
    /// declaration and gets none.
    /// </summary>
    /// <param name="sizes">The sizes in bytes, by column family: a dictionary, or any other collection.</param>
    /// <exception cref="ArgumentException">
    /// A size is none that can be written, or is another than was declared before; or they do not fit in a block. Nothing is declared then.
    /// </exception>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or is not over.</exception>
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

    /// <summary>Hands what was written to the output, and waits until it is taken.</summary>
    /// <param name="cancellationToken">As for <see cref="WriteAsync"/>: if it is cancelled beforehand, nothing happens.</param>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or is not over.</exception>
    /// <exception cref="OperationCanceledException">The flush was cancelled.</exception>
    /// <exception cref="IOException">The output failed, or the reader of the pipe has gone.</exception>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        EnsureUsable();
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : HandOnAsync(cancellationToken);
    }

    /// <summary>As <see cref="FlushAsync"/>, without a wait: for a log in a file or a stream.</summary>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or is not over.</exception>
    /// <exception cref="IOException">The output failed.</exception>
    /// <exception cref="NotSupportedException">The output is a pipe, whose reader can only be waited for.</exception>
    public void Flush()
    {
        EnsureUsable();
        if (_output is not StreamOutput output)
        {
            throw new NotSupportedException("A pipe's reader can only be waited for.");
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
    /// Hands on what is not yet, and closes the output: the stream, unless it is to stay open, or the pipe. After a failure, and inside a write, nothing more
    /// is handed on, and the reader of a pipe sees that failure.
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

        return failure is null ? HandOnAsync(CancellationToken.None) : default;
    }

    /// <summary>As <see cref="DisposeAsync"/>. What a pipe holds then is its reader's to take, without a wait for it.</summary>
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
        _failure ?? (_isInRecord || _isFlushing ? new InvalidOperationException("The log was closed while it was written.") : null);

    private async ValueTask WriteLongAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        Begin(record.Span);
        try
        {
            BeginParts();
            int taken = 0;
            while (!WritePart(record.Span, ref taken))
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
        Position - _flushed < FlushSize ? default : HandOnAsync(cancellationToken);

    private async ValueTask HandOnAsync(CancellationToken cancellationToken)
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
                throw new IOException("The log's bytes are no longer read.");
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
            throw new InvalidOperationException("An earlier write failed, and the log may be cut anywhere; it cannot be written on.", _failure);
        }

        if (_isInRecord || _isFlushing)
        {
            throw new InvalidOperationException("An earlier write has not come to its end.");
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
