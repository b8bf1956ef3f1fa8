using WalParser.Findings;
using WalParser.IO;

namespace WalParser.WalSets;

/// <summary>
/// Iterates over the batches of a WAL set from a sequence number on, across its WALs, as the iterator of RocksDB's <c>GetUpdatesSince</c>
/// does: first the batch that contains the number, then all later ones. Unlike RocksDB's iterator, it continues after damage and gaps, and
/// reports them.
/// </summary>
/// <remarks>
/// To find the WAL to start in, only the first record of each WAL is read, beginning with the newest. A batch that contains no sequence
/// number (only log data, or the prepared section of a write-committed transaction) is skipped by a seek to the number in its header.
/// </remarks>
public sealed class WalUpdates : IWalIterator<WalUpdate>
{
    private readonly WalSet _set;
    private readonly List<Finding> _problems = [];
    private ExclusiveUse _use;
    private WalSetReader? _reader;
    private SequenceFinding? _break;
    private ulong? _sought;
    private bool _hasPending;
    private bool _isAtBatch;
    private bool _hasEnded;
    private bool _isDisposed;

    internal WalUpdates(WalSet set) => _set = set;

    /// <inheritdoc/>
    public WalUpdate Current => _isAtBatch
        ? new WalUpdate(_reader!.File, _reader.Record, _reader.Batch, _break)
        : throw new InvalidOperationException("The iterator is not at a batch.");

    /// <inheritdoc/>
    /// <remarks>After a batch whose count of sequence numbers is unknown, the number that the header of the batch makes likely.</remarks>
    public ulong NextSequence { get; private set; }

    /// <summary>
    /// The number of findings since the seek about the framing of the WALs, including records that are not batches. Findings about sequence
    /// numbers and <see cref="Findings"/> are not included.
    /// </summary>
    public long FindingCount { get; private set; }

    /// <summary>The last finding about the framing of a WAL since the seek; null if there is none.</summary>
    public Finding? LastFinding { get; private set; }

    /// <summary>The findings since the seek about the WALs, or between them.</summary>
    public IReadOnlyList<Finding> Findings => _problems;

    /// <inheritdoc/>
    public async ValueTask SeekAsync(ulong sequence, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _use.Enter();
        try
        {
            _sought = sequence;
            _isAtBatch = false;
            NextSequence = sequence;
            await CompleteSeekAsync(sequence, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _use.Exit();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _use.Enter();
        try
        {
            if (_sought is { } sequence)
            {
                // The seek was canceled.
                await CompleteSeekAsync(sequence, cancellationToken).ConfigureAwait(false);
            }
            else if (_reader is null && !_hasEnded)
            {
                await StartAsync(0).ConfigureAwait(false);
            }

            _isAtBatch = _hasPending || await ReadBatchAsync(cancellationToken).ConfigureAwait(false);
            _hasPending = false;
            if (_isAtBatch)
            {
                NextSequence = _reader!.LikelyNextSequence;
            }

            return _isAtBatch;
        }
        finally
        {
            _use.Exit();
        }
    }

    /// <summary>Closes the WAL that is being read.</summary>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await CloseAsync().ConfigureAwait(false);
    }

    private async ValueTask CompleteSeekAsync(ulong sequence, CancellationToken cancellationToken)
    {
        await StartAsync(await _set.FindStartAsync(sequence, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        while (!_hasPending && await ReadBatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_reader!.LikelyNextSequence > sequence)
            {
                // A finding is reported only if the batch begins after the sought number.
                _break = BreakAtStart(sequence);
                _hasPending = true;
            }
        }

        _sought = null;
    }

    private SequenceFinding? BreakAtStart(ulong sequence)
    {
        // The first sequence number of a database is 1, so a seek to 0 requests everything.
        ulong wanted = Math.Max(sequence, 1);
        ulong first = _reader!.Batch.Sequence;
        return first > wanted
            ? SequenceFinding.Of(wanted, first, _reader.LikelyNextSequence, wanted, _reader.File, _reader.Record.Offset)
            : null;
    }

    private async ValueTask StartAsync(int file)
    {
        await CloseAsync().ConfigureAwait(false);
        _reader = _set.ReadFrom(file, isFirst: file == 0);
        _break = null;
        _hasPending = false;
        _hasEnded = false;
        FindingCount = 0;
        LastFinding = null;
        _problems.Clear();
    }

    private async ValueTask<bool> ReadBatchAsync(CancellationToken cancellationToken)
    {
        _isAtBatch = false;
        _break = null;
        while (_reader is not null && await _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (_reader.Kind)
            {
                case WalSetEntryKind.Record when _reader.Batch.HasValidHeader:
                    return true;
                case WalSetEntryKind.Record:
                    // The record is too small for a batch, or its sequence number exceeds the maximum.
                    FindingCount++;
                    break;
                case WalSetEntryKind.SequenceFinding:
                    _break = _reader.SequenceFinding;
                    break;
                case WalSetEntryKind.LogFinding:
                    FindingCount++;
                    LastFinding = _reader.Finding;
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    _problems.Add(_reader.Finding);
                    break;
            }
        }

        _hasEnded = true;
        return false;
    }

    private async ValueTask CloseAsync()
    {
        WalSetReader? reader = _reader;
        _reader = null;
        _isAtBatch = false;
        if (reader is not null)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }
}
