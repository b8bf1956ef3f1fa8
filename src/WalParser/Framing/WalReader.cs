using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WalParser.Compression;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.IO;

namespace WalParser.Framing;

/// <summary>
/// Reads the records of one RocksDB write-ahead log, and the damage between them, in the order in which they lie.
/// <code>
/// await using WalReader reader = WalReader.Open("000010.log");
/// while (await reader.ReadAsync())
/// {
///     if (reader.Kind == WalEntryKind.Record) { … reader.Record.Payload … }
/// }
/// </code>
/// A read whose bytes are at hand completes at once and allocates nothing. What is handed out is valid until the next read.
/// Nothing that was read is ever written to, locked or renamed. An instance is not safe for use by several threads at once;
/// any number of instances may read the same file.
/// </summary>
public sealed partial class WalReader : IAsyncDisposable, IDisposable
{
    private PipeReader _input;
    private readonly WalReaderOptions _options;
    private readonly ulong? _logNumber;
    private readonly RecordReader _records;
    private ReadOnlySequence<byte> _buffer;
    private bool _hasBuffer;
    private bool _inputCompleted;
    private bool _suppliedLast;
    private byte[]? _gathered;
    private readonly bool _isFile;
    private bool _mayBeCopy;
    private CopyContent? _copy;
    private bool _isDisposed;

    private WalReader(PipeReader input, WalReaderOptions options)
    {
        _input = input;
        _options = options;
        _logNumber = options.LogNumber;
        if (_logNumber is null && options.FileName is { } name && WalFileName.TryGetLogNumber(name, out ulong named))
        {
            _logNumber = named;
        }

        _records = new RecordReader(options, _logNumber);
        _isFile = input is FilePipeReader;
        _mayBeCopy = options.DecompressCopies;
    }

    /// <summary>Counts the reads, so that a <see cref="WalEntry"/> can tell that it is out of date.</summary>
    internal long Version { get; private set; }

    /// <summary>What the last read has brought.</summary>
    public WalEntryKind Kind { get; private set; }

    /// <summary>The record that was read. Its bytes are valid until the next read.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalEntryKind.Record"/>.</exception>
    public WalRecord Record => Kind == WalEntryKind.Record ? _records.Record : throw NotAt(WalEntryKind.Record);

    /// <summary>The damage that was met.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalEntryKind.Corruption"/>.</exception>
    public Finding Corruption => Kind == WalEntryKind.Corruption ? _records.Corruption! : throw NotAt(WalEntryKind.Corruption);

    /// <summary>The fragment of the log's earlier life that was met.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalEntryKind.OldRecord"/>.</exception>
    public OldRecord OldRecord => Kind == WalEntryKind.OldRecord ? _records.OldRecord : throw NotAt(WalEntryKind.OldRecord);

    /// <summary>Where and why the log ended; null until a read has returned false.</summary>
    public WalEnd? End { get; private set; }

    /// <summary>
    /// The log's number: as given, as the file name has it, or as the first recyclable fragment has it (then its low 32
    /// bits). Null if there was none of these so far.
    /// </summary>
    public ulong? LogNumber => _logNumber ?? _records.LogNumber;

    /// <summary>
    /// Whether the log is recycled, or made to be: a fragment was read that carries a log number and whose checksum holds.
    /// Known once a record was read.
    /// </summary>
    public bool IsRecycled => _records.IsRecycled;

    /// <summary>How the log's records are compressed, as far as it has declared that.</summary>
    public CompressionType CompressionType => _records.CompressionType;

    /// <summary>What the input as a whole was compressed with, if it is a compressed copy of a log. Known once something was read.</summary>
    public CompressedCopyFormat CopyFormat { get; private set; }

    /// <summary>What the log says of the log before it, if it does so. Known once a record was read.</summary>
    public PredecessorWalInfo? Predecessor => _records.Predecessor;

    /// <summary>The timestamp sizes that the log has declared so far.</summary>
    public TimestampSizes TimestampSizes => _records.TimestampSizes;

    /// <summary>Offset in the log, in bytes, behind what was looked at so far; for showing progress.</summary>
    public long Position => _records.EndOffset;

    /// <summary>
    /// Opens the WAL at <paramref name="path"/>, which may be in use by a running server, or a copy of one that was compressed with
    /// zstd, lz4, gzip or Snappy's framing (<c>000010.log.zst</c>; recognised by its first bytes). File reads are synchronous, a
    /// megabyte at a time.
    /// </summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static WalReader Open(string path, WalReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new WalReaderOptions();
        options.Validate();
        options = options with { FileName = options.FileName ?? path, DecompressCopies = true };

        // Without a lock: a server may be writing to the file, renaming or deleting it.
        var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        return file.CanSeek ? new WalReader(new FilePipeReader(file), options) : Create(file, options);
    }

    /// <summary>Reads a WAL from a stream, from where it stands; offsets count from there. The stream may be any: it is not sought.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="options">What there is to say.</param>
    /// <param name="leaveOpen">Whether the stream is left open when the reader is disposed.</param>
    public static WalReader Create(Stream stream, WalReaderOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options?.Validate();
        return Create(PipeReader.Create(stream, StreamOptions(leaveOpen)), options);
    }

    /// <summary>Reads a WAL from a pipe, which is completed when the reader is disposed.</summary>
    public static WalReader Create(PipeReader input, WalReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        options ??= new WalReaderOptions();
        options.Validate();
        return new WalReader(input, options);
    }

    /// <summary>How many whole fragments were read so far, of whatever type.</summary>
    public long FragmentCount => _records.FragmentCount;

    /// <summary>How many whole fragments of <paramref name="type"/> were read so far.</summary>
    public long CountOf(FragmentType type) => _records.FragmentCounts[(byte)type];

    /// <summary>
    /// Reads on to the next record, corruption or old record; <see cref="Kind"/> says which. False at the end of the log,
    /// where <see cref="End"/> says why. What the read before has handed out is no longer valid.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for input. It is not looked at while there is no wait.</param>
    /// <exception cref="OperationCanceledException">The wait for input was cancelled; reading may go on.</exception>
    /// <exception cref="WalCorruptionException">Damage was met, and <see cref="WalReaderOptions.ThrowOnCorruption"/> is set.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        RecordReader.Outcome outcome = ReadBuffered();
        return outcome is RecordReader.Outcome.NeedBlock or RecordReader.Outcome.NeedMore
            ? ReadOnAsync(cancellationToken)
            : new ValueTask<bool>(outcome == RecordReader.Outcome.Entry);
    }

    /// <summary>
    /// As <see cref="ReadAsync"/>, without ever waiting: false also where the next entry's bytes have not come yet, in which
    /// case <see cref="End"/> is null. A reader of a file brings them itself; one of a pipe has what was written to the pipe; one
    /// of a stream has only what an earlier <see cref="ReadAsync"/> brought, so call that when this returns false.
    /// </summary>
    /// <exception cref="WalCorruptionException">Damage was met, and <see cref="WalReaderOptions.ThrowOnCorruption"/> is set.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public bool TryRead()
    {
        while (true)
        {
            RecordReader.Outcome outcome = ReadBuffered();
            if (outcome != RecordReader.Outcome.NeedBlock)
            {
                return outcome == RecordReader.Outcome.Entry;
            }

            ReleaseBuffer();
            if (!_input.TryRead(out ReadResult result))
            {
                if (!_isFile)
                {
                    return false;
                }

                // A copy of a file: its reads are synchronous, and so is its decompression.
                result = _input.ReadAsync().AsTask().GetAwaiter().GetResult();
            }

            TakeBuffer(result);
            if (!HasBlock && !_isFile)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// All entries of the log, one by one. An entry is valid until the next is asked for.
    /// </summary>
    public async IAsyncEnumerable<WalEntry> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return new WalEntry(this);
        }
    }

    /// <summary>Closes the input, and gives back the buffers and the decompressor's memory, which the garbage collector does not manage.</summary>
    public void Dispose()
    {
        if (StartDisposing())
        {
            _input.Complete();
        }
    }

    /// <summary>As <see cref="Dispose"/>.</summary>
    public ValueTask DisposeAsync() => StartDisposing() ? _input.CompleteAsync() : default;

    private static StreamPipeReaderOptions StreamOptions(bool leaveOpen) =>
        new(bufferSize: FilePipeReader.DefaultBufferSize, minimumReadSize: FragmentReader.BlockSize, leaveOpen: leaveOpen);

    private bool HasBlock => _buffer.Length >= FragmentReader.BlockSize || (_inputCompleted && !_suppliedLast);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RecordReader.Outcome ReadBuffered()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Version++;
        RecordReader.Outcome outcome = _records.Read();
        if (outcome == RecordReader.Outcome.Entry && _records.Kind == WalEntryKind.Record)
        {
            Kind = WalEntryKind.Record;
            return outcome;
        }

        return ReadBuffered(outcome);
    }

    /// <summary>All that is not a record from the block at hand: blocks that follow, damage, the end.</summary>
    private RecordReader.Outcome ReadBuffered(RecordReader.Outcome outcome)
    {
        if (_growing is not null)
        {
            outcome = ReadGrowing(_growing, outcome);
        }

        while (outcome == RecordReader.Outcome.NeedBlock && HasBlock)
        {
            ReadOnlyMemory<byte> block = NextBlock();
            if (_mayBeCopy && TryOpenCopy(block))
            {
                break;
            }

            Supply(block);
            outcome = _records.Read();
        }

        switch (outcome)
        {
            case RecordReader.Outcome.Entry:
                Kind = _records.Kind;
                if (Kind == WalEntryKind.Corruption && _options.ThrowOnCorruption)
                {
                    throw new WalCorruptionException(_records.Corruption!);
                }

                break;

            case RecordReader.Outcome.End:
                Kind = WalEntryKind.None;
                End = _records.End;
                break;

            default:
                Kind = WalEntryKind.None;
                break;
        }

        return outcome;
    }

    private ValueTask<bool> ReadOnAsync(CancellationToken cancellationToken) =>
        _growing is null ? ReadInputAsync(cancellationToken) : ReadGrownAsync(_growing, cancellationToken);

    private async ValueTask<bool> ReadInputAsync(CancellationToken cancellationToken)
    {
        RecordReader.Outcome outcome;
        do
        {
            do
            {
                ReleaseBuffer();
                TakeBuffer(await _input.ReadAsync(cancellationToken).ConfigureAwait(false));
            }
            while (!HasBlock);

            outcome = ReadBuffered();
        }
        while (outcome == RecordReader.Outcome.NeedBlock);
        return outcome == RecordReader.Outcome.Entry;
    }

    private void TakeBuffer(ReadResult result)
    {
        if (result.IsCanceled)
        {
            _input.AdvanceTo(result.Buffer.Start);
            throw new OperationCanceledException("The wait for the log's bytes was cancelled by the pipe.");
        }

        _buffer = result.Buffer;
        _inputCompleted = result.IsCompleted;
        _hasBuffer = true;
    }

    /// <summary>Gives the blocks that were read back to the pipe. What is left, less than a block, has been examined.</summary>
    private void ReleaseBuffer()
    {
        if (_hasBuffer)
        {
            _input.AdvanceTo(_buffer.Start, _buffer.End);
            _buffer = default;
            _hasBuffer = false;
        }
    }

    private ReadOnlyMemory<byte> NextBlock()
    {
        int length = (int)Math.Min(_buffer.Length, FragmentReader.BlockSize);
        ReadOnlySequence<byte> block = _buffer.Slice(0, length);
        if (block.IsSingleSegment)
        {
            return block.First;
        }

        _gathered ??= ArrayPool<byte>.Shared.Rent(FragmentReader.BlockSize);
        block.CopyTo(_gathered);
        return _gathered.AsMemory(0, length);
    }

    private void Supply(ReadOnlyMemory<byte> block)
    {
        _buffer = _buffer.Slice(block.Length);
        if (block.Length < FragmentReader.BlockSize)
        {
            _suppliedLast = true;
            _records.InputDamage = _copy?.Damage;
        }

        _records.Supply(block);
    }

    /// <summary>Whether the input turns out to be a compressed copy. If so, its content takes its place.</summary>
    private bool TryOpenCopy(ReadOnlyMemory<byte> firstBlock)
    {
        _mayBeCopy = false;
        CopyFormat = CopyContent.FormatOf(firstBlock);
        if (CopyFormat == CompressedCopyFormat.None)
        {
            return false;
        }

        _input.AdvanceTo(_buffer.Start);
        _hasBuffer = false;
        _buffer = default;
        _inputCompleted = false;
        _copy = CopyContent.Of(_input, CopyFormat, _options.Dictionaries);
        _input = PipeReader.Create(_copy, StreamOptions(leaveOpen: false));
        return true;
    }

    private bool StartDisposing()
    {
        if (_isDisposed)
        {
            return false;
        }

        _isDisposed = true;
        _growing?.Dispose();
        _records.Dispose();
        Kind = WalEntryKind.None;
        ReleaseBuffer();
        if (_gathered is not null)
        {
            ArrayPool<byte>.Shared.Return(_gathered);
            _gathered = null;
        }

        return true;
    }

    private InvalidOperationException NotAt(WalEntryKind kind) =>
        new($"The reader is not at a {kind}: its Kind is {Kind}.");
}
