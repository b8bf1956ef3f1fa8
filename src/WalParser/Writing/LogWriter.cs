using System.Buffers.Binary;
using System.IO.Pipelines;
using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Writing;

/// <summary>
/// Writes a RocksDB write-ahead log, byte for byte as RocksDB's <c>log::Writer</c> does for the same records (<c>db/log_writer.cc</c>; but for
/// the compression, which has many right results).
/// <code>
/// await using LogWriter log = LogWriter.Open("000010.log");
/// await log.WriteAsync(batch.Build());
/// </code>
/// What was written is at the output after <see cref="FlushAsync"/> or disposal; before, when enough has come together. Nothing is synced to
/// the disk. An instance is not safe for use by several threads at once.
/// </summary>
public sealed partial class LogWriter : IAsyncDisposable
{
    /// <summary>How much may come together before it is handed on.</summary>
    private const int FlushSize = 64 * 1024;

    private readonly PipeWriter _output;
    private readonly FragmentWriter _fragments;
    private readonly LogWriterOptions _options;
    private readonly int _headerSize;
    private readonly Dictionary<uint, int> _timestampSizes = [];
    private readonly FrameCutter? _frames;
    private long _flushed;
    private bool _isInRecord;
    private bool _isDisposed;

    private LogWriter(PipeWriter output, LogWriterOptions options)
    {
        _output = output;
        _options = options;
        _fragments = new FragmentWriter(output, options.LogNumber ?? 0);
        _headerSize = options.IsRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize;
        if (options.Compression != CompressionType.None)
        {
            _frames = new FrameCutter(this);
            Span<byte> type = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(type, (uint)options.Compression);

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
    }

    /// <summary>How many bytes the log has so far: the offset behind the last record.</summary>
    public long Position => _fragments.Position;

    /// <summary>How many records were written.</summary>
    public long RecordCount { get; private set; }

    /// <summary>The greatest sequence number in the header of a record so far; 0 if there is none.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>The log's number, as far as known.</summary>
    public ulong? LogNumber => _options.LogNumber;

    /// <summary>
    /// Creates a log in a file, which must not exist yet. Its number is that in the name, unless the options say another.
    /// </summary>
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
        return Create(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: false), options);
    }

    /// <summary>Writes a log into a stream, from where it stands, which counts as the log's beginning.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="options">What the log is like.</param>
    /// <param name="leaveOpen">Whether the stream is left open when the writer is disposed.</param>
    public static LogWriter Create(Stream stream, LogWriterOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Create(PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: FlushSize, leaveOpen: leaveOpen)), options);
    }

    /// <summary>Writes a log into a pipe, which is completed when the writer is disposed.</summary>
    public static LogWriter Create(PipeWriter output, LogWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        options ??= new LogWriterOptions();
        options.Validate();
        return new LogWriter(output, options);
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
    /// <param name="cancellationToken">Ends the wait for the output. The log is then not to be written on.</param>
    /// <exception cref="InvalidOperationException">An earlier write did not come to its end.</exception>
    /// <exception cref="IOException">The output failed, or the reader of the pipe has gone.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken = default)
    {
        if (record.Length > FlushSize)
        {
            return WriteLongAsync(record, cancellationToken);
        }

        Write(record.Span);
        return FlushIfManyAsync(cancellationToken);
    }

    /// <summary>
    /// As <see cref="WriteAsync"/>, without a wait: the bytes stay in memory until <see cref="FlushAsync"/>, or until a <see cref="WriteAsync"/> hands them on.
    /// </summary>
    /// <exception cref="InvalidOperationException">An earlier write did not come to its end.</exception>
    public void Write(ReadOnlySpan<byte> record)
    {
        Begin(record);
        if (_frames is not null)
        {
            _frames.Begin(record.Length);
            _frames.Append(record);
            _frames.End();
        }
        else
        {
            int written = WriteFragment(record);
            while (written < record.Length)
            {
                written += WriteFragment(record[written..]);
            }
        }

        End();
    }

    /// <summary>
    /// Declares the timestamp sizes of column families, for the records that follow. What was declared before, and a size of 0, needs no declaration
    /// and gets none.
    /// </summary>
    /// <param name="sizes">The sizes in bytes, by column family.</param>
    /// <exception cref="ArgumentException">A size is none that can be written, or is another than was declared before; or they do not fit in a block.</exception>
    public void WriteTimestampSizes(IReadOnlyDictionary<uint, int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        EnsureUsable();
        const int Size = sizeof(uint) + sizeof(ushort);
        byte[] payload = new byte[sizes.Count * Size];
        int length = 0;
        foreach ((uint columnFamily, int size) in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)size, ushort.MaxValue, nameof(sizes));
            int declared = _timestampSizes.GetValueOrDefault(columnFamily);
            if (declared == size)
            {
                continue;
            }

            if (declared != 0)
            {
                throw new ArgumentException($"Column family {columnFamily} was declared to have timestamps of {declared} bytes.", nameof(sizes));
            }

            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(length), columnFamily);
            BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(length + sizeof(uint)), (ushort)size);
            length += Size;
        }

        if (length > FragmentWriter.BlockSize - _headerSize)
        {
            throw new ArgumentException("So many timestamp sizes do not fit in a block.", nameof(sizes));
        }

        foreach ((uint columnFamily, int size) in sizes)
        {
            _timestampSizes[columnFamily] = size;
        }

        if (length > 0)
        {
            WriteControl(FragmentType.UserDefinedTimestampSize, FragmentType.RecyclableUserDefinedTimestampSize, payload.AsSpan(0, length));
        }
    }

    /// <summary>Hands what was written to the output, and waits until it is taken.</summary>
    /// <exception cref="IOException">The output failed, or the reader of the pipe has gone.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        FlushResult result = await _output.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The wait for the log's output was cancelled by the pipe.");
        }

        if (result.IsCompleted)
        {
            throw new IOException("The log's bytes are no longer read.");
        }

        _flushed = Position;
    }

    /// <summary>Hands on what is not yet, and closes the output.</summary>
    /// <exception cref="IOException">The output failed.</exception>
    public ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return default;
        }

        _isDisposed = true;
        return _output.CompleteAsync();
    }

    private async ValueTask WriteLongAsync(ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        Begin(record.Span);
        _frames?.Begin(record.Length);
        for (int written = 0; written < record.Length;)
        {
            ReadOnlyMemory<byte> rest = record[written..];
            if (_frames is not null)
            {
                rest = rest[..Math.Min(rest.Length, FlushSize)];
                _frames.Append(rest.Span);
                written += rest.Length;
            }
            else
            {
                written += WriteFragment(rest.Span);
            }

            await FlushIfManyAsync(cancellationToken).ConfigureAwait(false);
        }

        _frames?.End();
        End();
        await FlushIfManyAsync(cancellationToken).ConfigureAwait(false);
    }

    private ValueTask FlushIfManyAsync(CancellationToken cancellationToken) =>
        Position - _flushed < FlushSize ? default : FlushAsync(cancellationToken);

    private void EnsureUsable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isInRecord)
        {
            throw new InvalidOperationException("An earlier write did not come to its end; a record would begin inside another.");
        }
    }

    private void Begin(ReadOnlySpan<byte> record)
    {
        EnsureUsable();
        _isInRecord = true;
        _hasFirst = false;
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
