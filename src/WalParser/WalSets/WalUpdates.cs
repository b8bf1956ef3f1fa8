using WalParser.Findings;

namespace WalParser.WalSets;

/// <summary>
/// The batches of a WAL set from a sequence number on, across its WALs, as RocksDB's <c>GetUpdatesSince</c> gives them: first the batch that holds the
/// number, then all that follow. Unlike RocksDB's, it goes on behind damage and gaps, and says so.
/// </summary>
/// <remarks>
/// The WAL to start in is found by reading only the first record of each, from the newest back. A batch that takes no sequence number (log
/// data alone, a prepared section of a write-committed transaction) holds none, so a seek to the number it stands at passes it.
/// </remarks>
public sealed class WalUpdates : IWalIterator<WalUpdate>
{
    private readonly WalSet _set;
    private readonly List<Finding> _problems = [];
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
        : throw new InvalidOperationException("The iterator does not stand at a batch.");

    /// <inheritdoc/>
    /// <remarks>Behind a batch of which it cannot be known how many numbers it takes, it is what the batch's header makes likely.</remarks>
    public ulong NextSequence { get; private set; }

    /// <summary>How many corruptions were met since the seek, records that are no batch among them.</summary>
    public long CorruptionCount { get; private set; }

    /// <summary>The last of them that the reading of the WAL has reported; null if there was none.</summary>
    public Finding? LastCorruption { get; private set; }

    /// <summary>What was met since the seek that is wrong with, or between, the WALs.</summary>
    public IReadOnlyList<Finding> Problems => _problems;

    /// <inheritdoc/>
    public ValueTask SeekAsync(ulong sequence, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _sought = sequence;
        _isAtBatch = false;
        NextSequence = sequence;
        return CompleteSeekAsync(sequence, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_sought is { } sequence)
        {
            // The seek was cancelled.
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
                // Only what begins behind the number leaves some out.
                _break = BreakAtStart(sequence);
                _hasPending = true;
            }
        }

        _sought = null;
    }

    private SequenceFinding? BreakAtStart(ulong sequence)
    {
        // The first number that a database gives is 1: who asks for 0 asks for all.
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
        CorruptionCount = 0;
        LastCorruption = null;
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
                    // What is too small for a batch, or numbered beyond what there can be.
                    CorruptionCount++;
                    break;
                case WalSetEntryKind.Break:
                    _break = _reader.Break;
                    break;
                case WalSetEntryKind.Corruption:
                    CorruptionCount++;
                    LastCorruption = _reader.Corruption;
                    break;
                case WalSetEntryKind.Problem:
                    _problems.Add(_reader.Problem);
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
