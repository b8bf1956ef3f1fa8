using System.Runtime.CompilerServices;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.IO;
using WalParser.Kvrocks.Keys;
using WalParser.Manifests;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Items;

/// <summary>
/// Iterates over the operations of a WAL set, one by one, as Kvrocks's own WAL iterator (<c>engine::WALIterator</c>) does with an open
/// database.
/// <code>
/// await using var items = new KvrocksWalIterator(set, new WalItemOptions { Slots = new SlotRange(0, 8191) });
/// await items.SeekAsync(since);
/// while (await items.MoveNextAsync()) { … items.Current … }
/// </code>
/// <para>
/// Unlike Kvrocks's iterator, it seeks into the middle of a batch, goes on after damage and gaps, and reports them
/// (<see cref="FindingCount"/>, <see cref="SequenceFindingCount"/>); and its slot filter also works if keys have no slot.
/// </para>
/// An instance is not safe for use by several threads at once; several instances over the same set are. A seek or move that is begun while
/// another is pending throws an <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class KvrocksWalIterator : IWalIterator<WalItem>
{
    private readonly WalSet _set;
    private readonly WalUpdates _updates;
    private readonly WalItemFilter _filter;
    private readonly KvrocksColumnFamilies _families;
    private SlotEncoding _slotEncoding;
    private WriteBatchPosition? _position;
    private WalItem? _current;
    private SequenceFinding? _break;
    private ulong _soughtSequence;
    private long _damagedBatches;

    private ExclusiveUse _use;

    /// <summary>Creates an iterator before the first item of <paramref name="set"/>.</summary>
    /// <param name="set">The WALs.</param>
    /// <param name="options">The filters; null for all items.</param>
    public KvrocksWalIterator(WalSet set, WalItemOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        options ??= new WalItemOptions();
        _set = set;
        _updates = set.OpenIterator();
        _filter = new WalItemFilter(options.Slots, options.Namespace);
        _families = options.Families ?? FamiliesOf(set.Folder?.Manifest);
        _slotEncoding = options.SlotEncoding;
    }

    /// <inheritdoc/>
    /// <remarks>The item remains valid when the iterator moves on.</remarks>
    public WalItem Current => _current ?? throw new InvalidOperationException("The iterator is not at an item.");

    /// <inheritdoc/>
    /// <remarks>
    /// A seek to it goes on after <see cref="Current"/>, also in the middle of a batch; log data, which takes no number, is then returned
    /// again. (Kvrocks's iterator has the number after the whole batch here.)
    /// </remarks>
    public ulong NextSequence { get; private set; }

    /// <summary>
    /// The number of findings since the seek about the framing of the WALs, and about batches that end in damage. The items before the
    /// damage were returned. <see cref="SequenceFindingCount"/> and <see cref="Findings"/> are not included.
    /// </summary>
    public long FindingCount => _updates.FindingCount + _damagedBatches;

    /// <summary>The last finding about the framing of a WAL since the seek; null if there is none.</summary>
    public Finding? LastFinding => _updates.LastFinding;

    /// <summary>The last damage within a batch; null if there was none.</summary>
    public Finding? LastBatchFinding { get; private set; }

    /// <summary>The number of gaps, overlaps and duplicates of sequence numbers since the seek.</summary>
    public long SequenceFindingCount { get; private set; }

    /// <summary>
    /// The last finding about sequence numbers since the seek; null if there is none. The item after it has it as
    /// <see cref="WalItem.SequenceFinding"/>.
    /// </summary>
    public SequenceFinding? LastSequenceFinding { get; private set; }

    /// <summary>The findings since the seek about the WALs, or between them.</summary>
    public IReadOnlyList<Finding> Findings => _updates.Findings;

    /// <summary>The whole batch that contains <see cref="Current"/>. Its bytes are valid until the next move.</summary>
    internal WriteBatch Batch => _updates.Current.Batch;

    /// <summary>The number of batches so far, which shows whether two items are of the same batch.</summary>
    internal long BatchNumber { get; private set; }

    /// <inheritdoc/>
    /// <remarks>
    /// The next item is the first whose number is not smaller and which is not in a batch before the one that contains the number.
    /// </remarks>
    public async ValueTask SeekAsync(ulong sequence, CancellationToken cancellationToken = default)
    {
        _use.Enter();
        try
        {
            await _updates.SeekAsync(sequence, cancellationToken).ConfigureAwait(false);
            _position = null;
            _current = null;
            _break = null;
            _soughtSequence = sequence;
            _damagedBatches = 0;
            LastBatchFinding = null;
            SequenceFindingCount = 0;
            LastSequenceFinding = null;
            NextSequence = sequence;
        }
        finally
        {
            _use.Exit();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken = default)
    {
        _use.Enter();
        try
        {
            return await MoveToItemAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _use.Exit();
        }
    }

    private async ValueTask<bool> MoveToItemAsync(CancellationToken cancellationToken)
    {
        if (_filter.NeedsSlotEncoding && _slotEncoding == SlotEncoding.Unknown)
        {
            await DetectSlotsAsync(cancellationToken).ConfigureAwait(false);
        }

        _current = null;
        while (_position is null || !MoveInBatch(_updates.Current, _position.Value))
        {
            _position = null;
            if (!await _updates.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            BeginBatch(_updates.Current);
        }

        return true;
    }

    /// <summary>
    /// Returns the items after the current one to the end, one by one, for <c>await foreach</c>; without a seek or move before, all items.
    /// An item stays valid when the next one is read.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for input.</param>
    /// <exception cref="OperationCanceledException">The wait for input was cancelled; the iterator may go on.</exception>
    public async IAsyncEnumerable<WalItem> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return Current;
        }
    }

    /// <summary>Closes the WAL that is open.</summary>
    public ValueTask DisposeAsync()
    {
        _position = null;
        _current = null;
        return _updates.DisposeAsync();
    }

    /// <summary>Returns the families by their names in the MANIFEST, if it is that of a Kvrocks database.</summary>
    private static KvrocksColumnFamilies FamiliesOf(ManifestState? manifest)
    {
        var families = new KvrocksColumnFamilies(
            manifest?.ColumnFamilies.Select(family => KeyValuePair.Create(family.Id, family.Name)) ?? []);
        return manifest?.ColumnFamilies.Any(family => families[family.Id] == KvrocksColumnFamily.Metadata) == true
            ? families
            : KvrocksColumnFamilies.Default;
    }

    private void BeginBatch(in WalUpdate update)
    {
        if (update.SequenceFinding is { } found)
        {
            SequenceFindingCount++;
            LastSequenceFinding = found;
            _break = found;
        }

        BatchNumber++;
        WriteBatch batch = update.Batch;
        _position = batch.GetEnumerator().Position;
    }

    /// <summary>Moves to the next wanted item in the batch; returns false if there is none.</summary>
    private bool MoveInBatch(in WalUpdate update, in WriteBatchPosition from)
    {
        WriteBatch batch = update.Batch;
        WriteBatch.Enumerator operations = batch.GetEnumerator(from);
        while (operations.MoveNext())
        {
            WriteBatchOperation operation = operations.Current;
            KvrocksColumnFamily family = _families[operation.ColumnFamily];
            if (operation.Sequence >= _soughtSequence && _filter.Passes(operation, family, _slotEncoding == SlotEncoding.On))
            {
                var place = new WalItemPlace(update.File, update.Record.Offset, batch.Sequence, _break, family);
                _current = WalItem.Of(operation, place);
                _break = null;
                NextSequence = operation.HasKey ? operation.Sequence + 1 : operation.Sequence;
                _position = operations.Position;
                return true;
            }
        }

        // The sought number is in the first batch. Later batches with smaller numbers, after an overlap or a duplicate, are returned.
        _soughtSequence = 0;
        if (batch.Finding is { } finding)
        {
            _damagedBatches++;
            LastBatchFinding = finding;
        }

        return false;
    }

    private async ValueTask DetectSlotsAsync(CancellationToken cancellationToken)
    {
        var detector = new SlotEncodingDetector();
        await using WalUpdates updates = _set.OpenIterator();
        while (!detector.IsSettled && await updates.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            detector.Process(updates.Current.Batch, _families);
        }

        _slotEncoding = detector.Verdict == SlotEncoding.On ? SlotEncoding.On : SlotEncoding.Off;
    }
}
