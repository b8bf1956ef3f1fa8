using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WalParser.Compression;
using WalParser.Findings;
using WalParser.IO;

namespace WalParser.Framing;

/// <summary>
/// Reads the records of one RocksDB write-ahead log, and the damage between them, in the order of their offsets.
/// <code>
/// await using WalReader reader = WalReader.Open("000010.log");
/// while (await reader.ReadAsync())
/// {
///     if (reader.Kind == WalEntryKind.Record) { … reader.Record.Payload … }
/// }
/// </code>
/// A read whose bytes are buffered completes synchronously and allocates nothing. The entry that a read returns is valid until the next
/// read. The reader never writes to, locks or renames its input. An instance must not be used by several threads at the same time, and
/// a read must have ended before the next one begins; a read that is begun while another is pending throws an
/// <see cref="InvalidOperationException"/>. Any number of instances may read the same file.
/// </summary>
public sealed class WalReader : IAsyncDisposable, IDisposable
{
    private readonly BlockSource _source;
    private readonly bool _throwsOnCorruption;
    private readonly ulong? _logNumber;
    private readonly RecordReader _records;
    private ExclusiveUse _use;
    private bool _isDisposed;

    private WalReader(BlockSource source, WalReaderOptions options)
    {
        _source = source;
        _throwsOnCorruption = options.ThrowOnCorruption;
        _logNumber = options.LogNumber;
        if (_logNumber is null && options.FileName is { } name && WalFileName.TryGetLogNumber(name, out ulong named))
        {
            _logNumber = named;
        }

        _records = new RecordReader(options, _logNumber);
    }

    /// <summary>The number of reads so far, by which a <see cref="WalEntry"/> recognizes that it is out of date.</summary>
    internal long Version { get; private set; }

    /// <summary>The blocks of the log, for salvage. A reader whose blocks are read must not be used to read entries.</summary>
    internal BlockSource Blocks => _source;

    /// <summary>The kind of the entry that was read last.</summary>
    public WalEntryKind Kind { get; private set; }

    /// <summary>The record that was read. Its bytes are valid until the next read.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalEntryKind.Record"/>.</exception>
    public WalRecord Record => Kind == WalEntryKind.Record ? _records.Record : throw NotAt(WalEntryKind.Record);

    /// <summary>The damage that was read.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalEntryKind.Finding"/>.</exception>
    public Finding Finding => Kind == WalEntryKind.Finding ? _records.Finding! : throw NotAt(WalEntryKind.Finding);

    /// <summary>The fragment with another log number that was read.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalEntryKind.OldRecord"/>.</exception>
    public OldRecord OldRecord => Kind == WalEntryKind.OldRecord ? _records.OldRecord : throw NotAt(WalEntryKind.OldRecord);

    /// <summary>Where and why the log ended; null until a read has returned false at the end of the log.</summary>
    public WalEnd? End { get; private set; }

    /// <summary>
    /// The number of the log: from <see cref="WalReaderOptions.LogNumber"/>, from the file name, or from the first recyclable fragment
    /// (then its low 32 bits). Null if none of these is known yet.
    /// </summary>
    public ulong? LogNumber => _logNumber ?? _records.LogNumber;

    /// <summary>
    /// Whether the log is written in the recyclable format: an intact fragment that carries a log number was read. Known after the first
    /// record was read.
    /// </summary>
    public bool IsRecycled => _records.IsRecycled;

    /// <summary>The compression of the records, as the log has declared it so far.</summary>
    public CompressionType CompressionType => _records.CompressionType;

    /// <summary>The compression of the input as a whole, if it is a compressed copy of a log. Known after the first read.</summary>
    public CompressedCopyFormat CopyFormat => _source.CopyFormat;

    /// <summary>
    /// The description of the log before this one; null if the log does not contain it. Known after the first record was read.
    /// </summary>
    public PredecessorWalInfo? Predecessor => _records.Predecessor;

    /// <summary>The timestamp sizes that the log has declared so far.</summary>
    public TimestampSizes TimestampSizes => _records.TimestampSizes;

    /// <summary>The offset in the log after the last byte that was read, in bytes; for showing progress.</summary>
    public long Position => _records.EndOffset;

    /// <summary>The number of whole fragments, of any type, that were read so far.</summary>
    public long FragmentCount => _records.FragmentCount;

    /// <summary>Returns the number of whole fragments of a type that were read so far.</summary>
    /// <param name="type">The type.</param>
    public long CountOf(FragmentType type) => _records.FragmentCounts[(byte)type];

    /// <summary>
    /// The offset, in bytes, of the zeros that were skipped since the last fragment; <see cref="Position"/> if there are none.
    /// </summary>
    internal long ZerosOffset => _records.ZerosOffset;

    /// <inheritdoc cref="RecordReader.HidesFragmentAtEnd"/>
    internal bool HidesFragmentAtEnd => _records.HidesFragmentAtEnd;

    /// <summary>
    /// Opens a WAL, which may be in use by a running server, or a copy of a WAL that is compressed with zstd, lz4, gzip or the Snappy
    /// framing format (<c>000010.log.zst</c>; recognized by its first bytes). The file is read synchronously, 1 MiB at a time.
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied, or it is a folder.</exception>
    public static WalReader Open(string path, WalReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new WalReaderOptions();
        options.Validate();

        FileStream file = UnlockedFile.OpenStream(path, FileOptions.SequentialScan);
        return Create(
            file.CanSeek ? new FileBlockSource(file) : PipeBlockSource.Of(file, leaveOpen: false),
            options with { FileName = options.FileName ?? path, DecompressCopies = true });
    }

    /// <summary>
    /// Reads a WAL from a stream, from its current position; offsets are relative to that position. The stream does not have to support
    /// seeking.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the reader is disposed.</param>
    public static WalReader Create(Stream stream, WalReaderOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new WalReaderOptions();
        options.Validate();
        return Create(PipeBlockSource.Of(stream, leaveOpen), options);
    }

    /// <summary>Reads a WAL from a pipe.</summary>
    /// <param name="input">The pipe. It is completed when the reader is disposed.</param>
    /// <param name="options">The options; null for the defaults.</param>
    public static WalReader Create(PipeReader input, WalReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        options ??= new WalReaderOptions();
        options.Validate();
        return Create(new PipeBlockSource(input), options);
    }

    /// <summary>Reads a WAL from a source, which is disposed with the reader.</summary>
    internal static WalReader Create(RawBlockSource source, WalReaderOptions options) => new(
        options.DecompressCopies ? new CopyBlockSource(source, FragmentProbe.Instance, options.Dictionaries, options.MaxCopySize) : source,
        options);

    /// <summary>
    /// Reads a WAL that may still be written to. <see cref="TryRead"/> returns false, and <see cref="End"/> is null, where nothing more is
    /// written yet; a later call continues there.
    /// </summary>
    /// <param name="log">The log, which is disposed with the reader.</param>
    /// <param name="options">The options.</param>
    internal static WalReader Create(TailingLog log, WalReaderOptions options)
    {
        options.Validate();
        return new WalReader(log, options);
    }

    /// <summary>
    /// Reads the next record, finding or old record; <see cref="Kind"/> is set accordingly. The entry of the previous read is no longer
    /// valid.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for input. Buffered entries are returned even if it is cancelled.</param>
    /// <returns>False at the end of the log; <see cref="End"/> is set then.</returns>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="OperationCanceledException">The wait for input was cancelled. Reading can be continued.</exception>
    /// <exception cref="WalCorruptionException">Damage was read, and <see cref="WalReaderOptions.ThrowOnCorruption"/> is set.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        _use.Enter();
        RecordReader.Outcome outcome;
        try
        {
            outcome = ReadBuffered();
        }
        catch
        {
            _use.Exit();
            throw;
        }

        if (NeedsInput(outcome))
        {
            return ReadOnAsync(cancellationToken);
        }

        _use.Exit();
        return new ValueTask<bool>(outcome == RecordReader.Outcome.Entry);
    }

    /// <summary>
    /// Reads the next entry like <see cref="ReadAsync"/>, but never waits. A file is read as far as necessary. A pipe provides the bytes
    /// that were written to it. A stream provides only the bytes that an earlier <see cref="ReadAsync"/> has buffered; call that when this
    /// method returns false.
    /// </summary>
    /// <returns>
    /// False at the end of the log, and where the next entry is not available yet; <see cref="End"/> is null in the latter case.
    /// </returns>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="WalCorruptionException">Damage was read, and <see cref="WalReaderOptions.ThrowOnCorruption"/> is set.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public bool TryRead()
    {
        _use.Enter();
        try
        {
            RecordReader.Outcome outcome = ReadBuffered();
            while (NeedsInput(outcome) && _source.TryFill())
            {
                outcome = ReadBuffered();
            }

            return outcome == RecordReader.Outcome.Entry;
        }
        finally
        {
            _use.Exit();
        }
    }

    /// <summary>Enumerates the entries of the log. An entry is valid until the next one is requested.</summary>
    /// <param name="cancellationToken">Cancels the wait for input.</param>
    public async IAsyncEnumerable<WalEntry> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return new WalEntry(this);
        }
    }

    /// <summary>
    /// Closes the input, and releases the buffers and the memory of the decompressor, which the garbage collector does not manage.
    /// </summary>
    public void Dispose()
    {
        if (TryClose())
        {
            _source.Dispose();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => TryClose() ? _source.DisposeAsync() : default;

    private static bool NeedsInput(RecordReader.Outcome outcome) =>
        outcome is RecordReader.Outcome.NeedBlock or RecordReader.Outcome.NeedMore;

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

        return ReadBlocks(outcome);
    }

    /// <summary>Handles every outcome but a record in the current block: further blocks, damage and the end of the log.</summary>
    private RecordReader.Outcome ReadBlocks(RecordReader.Outcome outcome)
    {
        while (TryAdvance(outcome))
        {
            outcome = _records.Read();
        }

        switch (outcome)
        {
            case RecordReader.Outcome.Entry:
                Kind = _records.Kind;
                if (Kind == WalEntryKind.Finding && _throwsOnCorruption && _records.Finding!.Kind != FindingKind.IgnoredRecordType)
                {
                    throw new WalCorruptionException(_records.Finding!);
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

    /// <summary>Supplies the block that the records need, if the source has it.</summary>
    private bool TryAdvance(RecordReader.Outcome outcome)
    {
        if (outcome == RecordReader.Outcome.NeedBlock && _source.TryNext(out LogBlock block))
        {
            if (block.IsShort)
            {
                _records.InputDamage = _source.Damage;
                _records.IsInputTooLarge = _source.IsTooLarge;
            }

            _records.Supply(block);
            return true;
        }

        if (outcome == RecordReader.Outcome.NeedMore && _source.TryReadAgain(_records.TailPosition, out block))
        {
            _records.SupplyAgain(block);
            return true;
        }

        return false;
    }

    private async ValueTask<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        try
        {
            RecordReader.Outcome outcome;
            do
            {
                await _source.FillAsync(cancellationToken).ConfigureAwait(false);
                outcome = ReadBuffered();
            }
            while (NeedsInput(outcome));
            return outcome == RecordReader.Outcome.Entry;
        }
        finally
        {
            _use.Exit();
        }
    }

    private bool TryClose()
    {
        if (_isDisposed)
        {
            return false;
        }

        _isDisposed = true;
        _records.Dispose();
        Kind = WalEntryKind.None;
        return true;
    }

    private InvalidOperationException NotAt(WalEntryKind kind) =>
        new($"The reader is not at a {kind}: its Kind is {Kind}.");
}
