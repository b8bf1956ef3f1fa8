using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WalParser.Findings;

namespace WalParser.Manifests;

/// <summary>
/// The state that the edits of a MANIFEST produce, applied one by one as in RocksDB's recovery (<c>db/version_edit_handler.cc</c>), except
/// that an invalid edit is reported and skipped and the remaining edits are still applied. Memory grows with the number of column families
/// and live files. An instance is not safe for concurrent use by multiple threads while one of them applies edits.
/// </summary>
public sealed class ManifestState
{
    /// <summary>The maximum number of findings that are kept.</summary>
    public const int MaxFindings = 1000;

    // RocksDB writes one edit per column family into a group, and a log may declare timestamp sizes for no more families than this.
    private const int MaxGroup = 65_536;

    private readonly SortedDictionary<uint, ManifestColumnFamily> _columnFamilies = new()
    {
        [0] = new ManifestColumnFamily(0, "default", "default"u8.ToArray()),
    };
    private readonly SortedDictionary<ulong, ulong?> _trackedWals = [];
    private readonly List<Finding> _problems = [];
    private readonly List<VersionEdit> _group = [];
    private ulong _minTrackedWal;
    private uint _maxColumnFamily;

    /// <summary>The column families by id, including dropped ones.</summary>
    public IReadOnlyCollection<ManifestColumnFamily> ColumnFamilies => _columnFamilies.Values;

    /// <summary>
    /// The tracked WALs by number, each with the number of its bytes that are known to be on disk; null if no edit states it yet.
    /// </summary>
    public IReadOnlyDictionary<ulong, ulong?> TrackedWals => _trackedWals;

    /// <summary>The lowest number of a WAL that may still be needed; null if no edit states it.</summary>
    public ulong? MinLogNumberToKeep { get; private set; }

    /// <summary>The log number that was stated last, for any column family; null if no edit states it.</summary>
    public ulong? LogNumber { get; private set; }

    /// <summary>The number of LevelDB's second live log, 0 in RocksDB; null if no edit states it.</summary>
    public ulong? PreviousLogNumber { get; private set; }

    /// <summary>The lowest number that the next new file may get; null if no edit states it.</summary>
    public ulong? NextFileNumber { get; private set; }

    /// <summary>The largest sequence number in use when the MANIFEST was last written; null if no edit states it.</summary>
    public ulong? LastSequence { get; private set; }

    /// <summary>The largest id that any column family ever had.</summary>
    public uint MaxColumnFamily => Math.Max(_maxColumnFamily, _columnFamilies.Keys.Max());

    /// <summary>The id of the database; null if no edit states it.</summary>
    public string? DatabaseId { get; private set; }

    /// <summary>The number of edits that were applied.</summary>
    public long EditCount { get; private set; }

    /// <summary>
    /// The number of edits that wait for the rest of their atomic group. At the end of the MANIFEST they are ignored; this is not damage.
    /// </summary>
    public int PendingEditCount => _group.Count;

    /// <summary>The first findings, in the order in which they were found; at most <see cref="MaxFindings"/>.</summary>
    public IReadOnlyList<Finding> Findings => _problems;

    /// <summary>The total number of findings.</summary>
    public long FindingCount { get; private set; }

    /// <summary>The table and blob files that any edit has added, whether they still exist or not.</summary>
    internal FileHistory Files { get; } = new();

    /// <inheritdoc cref="ManifestReader.TornEnd"/>
    internal Finding? TornEnd { get; private set; }

    /// <summary>Reads the MANIFEST at <paramref name="path"/> to its end.</summary>
    /// <exception cref="IOException">The file cannot be opened, or reading failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="OperationCanceledException">The wait for input was canceled.</exception>
    public static async Task<ManifestState> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var state = new ManifestState();
        await using ManifestReader reader = ManifestReader.Open(path);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Kind == ManifestEntryKind.Edit)
            {
                state.Apply(reader.Edit);
            }
            else
            {
                state.Apply(reader.Finding);
            }
        }

        state.Complete(reader.Offset);
        state.TornEnd = reader.TornEnd;
        return state;
    }

    /// <summary>Gets the column family with an id, whether dropped or not. Returns false if there is none.</summary>
    public bool TryGetColumnFamily(uint id, [NotNullWhen(true)] out ManifestColumnFamily? columnFamily) =>
        _columnFamilies.TryGetValue(id, out columnFamily);

    /// <summary>
    /// Applies an edit, or stores it until its atomic group is complete. An edit that is damaged, or that does not match the current state,
    /// is reported and skipped.
    /// </summary>
    public void Apply(VersionEdit edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        if (edit.Finding is { } finding)
        {
            Report(FindingKind.UndecodableEdit, edit, string.Create(
                CultureInfo.InvariantCulture,
                $"undecodable edit: {finding.Reason} ({finding.Detail} at {finding.Offset} in the record)"));
        }
        else if (edit.RemainingInAtomicGroup is { } remaining)
        {
            AddToGroup(edit, remaining);
        }
        else
        {
            BreakGroup(edit);
            ApplyNow(edit);
        }
    }

    /// <summary>Reports damage to the framing: edits are missing at its offset.</summary>
    public void Apply(Finding finding) =>
        Report(Of(FindingKind.ManifestFraming, finding.Offset, string.Create(
            CultureInfo.InvariantCulture,
            $"{finding.Reason} ({finding.Bytes} {(finding.Bytes == 1 ? "byte" : "bytes")} dropped)")));

    /// <summary>Completes the state at the end of the MANIFEST, and reports missing entries that every MANIFEST must contain.</summary>
    /// <param name="offset">The offset of the end of the MANIFEST, in bytes.</param>
    public void Complete(long offset)
    {
        string missing = string.Join(", ", new[]
        {
            LogNumber is null ? "log_file_number" : null,
            NextFileNumber is null ? "next_file_number" : null,
            LastSequence is null ? "last_sequence" : null,
        }.OfType<string>());
        if (missing.Length > 0)
        {
            Report(Of(FindingKind.IncompleteManifest, offset, $"no {missing} entry in MANIFEST"));
        }
    }

    /// <summary>
    /// Applies the rules of AtomicGroupReadBuffer::AddEdit: the first edit states the number of edits that remain, and each edit states one
    /// less than the edit before it. An edit that does not match begins a new group.
    /// </summary>
    private void AddToGroup(VersionEdit edit, uint remaining)
    {
        if (_group.Count > 0 && (_group[^1].RemainingInAtomicGroup != (ulong)remaining + 1 || _group.Count == MaxGroup))
        {
            BreakGroup(edit);
        }

        _group.Add(edit);
        if (remaining == 0)
        {
            VersionEdit[] group = [.. _group];
            _group.Clear();
            Array.ForEach(group, ApplyNow);
        }
    }

    private void BreakGroup(VersionEdit edit)
    {
        if (_group.Count > 0)
        {
            Report(FindingKind.BrokenAtomicGroup, edit, string.Create(
                CultureInfo.InvariantCulture,
                $"corrupted atomic group: {_group.Count} of its edits, from offset {_group[0].Offset} on, are ignored"));
            _group.Clear();
        }
    }

    private void ApplyNow(VersionEdit edit)
    {
        uint id = edit.ColumnFamily;
        bool isKnown = TryGetColumnFamily(id, out ManifestColumnFamily? family) && !family.IsDropped;
        if (edit.AddedColumnFamily is { } name)
        {
            if (family is not null)
            {
                Report(
                    FindingKind.ColumnFamilyAddedTwice,
                    edit,
                    $"MANIFEST adding the same column family twice: {Describe(id, name)}");
                return;
            }

            _columnFamilies.Add(id, family = new ManifestColumnFamily(id, name, edit.AddedColumnFamilyBytes!.Value));
        }
        else if (!isKnown)
        {
            Report(FindingKind.UnknownColumnFamily, edit, edit.DropsColumnFamily
                ? $"MANIFEST - dropping non-existing column family: {Describe(id, family?.Name)}"
                : $"MANIFEST record referencing unknown column family: {Describe(id, family?.Name)}");
            return;
        }
        else if (edit.DropsColumnFamily)
        {
            if (id == 0)
            {
                Report(FindingKind.DefaultColumnFamilyDropped, edit, "MANIFEST dropping the default column family");
                return;
            }

            family!.Drop();
        }

        EditCount++;
        if (edit.WalAdditions.Count > 0 || edit.WalDeletion is not null)
        {
            ApplyWals(edit);
        }

        if (!family!.IsDropped)
        {
            ApplyFiles(edit, family);
        }

        ApplyNumbers(edit, family);
    }

    /// <summary>Applies deletions first: an edit that moves a file deletes it at one level and adds it at another.</summary>
    private void ApplyFiles(VersionEdit edit, ManifestColumnFamily family)
    {
        Files.Add(edit);
        foreach (DeletedTableFile deleted in edit.DeletedFiles)
        {
            if (family.TryGetTable(deleted.Number, out LiveTableFile file) && file.Level == deleted.Level)
            {
                family.RemoveTable(deleted.Number);
            }
            else
            {
                Report(FindingKind.UnknownTableFile, edit, string.Create(
                    CultureInfo.InvariantCulture,
                    $"cannot delete table file {deleted.Number} from level {deleted.Level}: it is not there"));
            }
        }

        family.ReserveTables(edit.NewFiles.Count);
        foreach (NewTableFile added in edit.NewFiles.Where(added => !family.AddTable(added)))
        {
            Report(FindingKind.TableFileAddedTwice, edit, string.Create(
                CultureInfo.InvariantCulture, $"cannot add table file {added.Number} to level {added.Level}: it is there already"));
        }

        foreach (BlobFileAddition added in edit.BlobFileAdditions.Where(added => !family.AddBlobFile(added)))
        {
            Report(FindingKind.BlobFileAddedTwice, edit, string.Create(
                CultureInfo.InvariantCulture, $"blob file {added.Number} already added"));
        }

        foreach (BlobFileGarbage garbage in edit.BlobFileGarbages.Where(garbage => !family.AddGarbage(garbage)))
        {
            Report(FindingKind.UnknownBlobFile, edit, string.Create(
                CultureInfo.InvariantCulture, $"blob file {garbage.Number} not found"));
        }
    }

    /// <summary>Applies the rules of WalSet in db/wal_edit.cc.</summary>
    private void ApplyWals(VersionEdit edit)
    {
        foreach (WalAddition wal in edit.WalAdditions.Where(wal => wal.LogNumber >= _minTrackedWal))
        {
            if (!_trackedWals.TryGetValue(wal.LogNumber, out ulong? syncedSize))
            {
                _trackedWals.Add(wal.LogNumber, wal.SyncedSize);
            }
            else if (wal.SyncedSize is null)
            {
                Report(FindingKind.WalAddedTwice, edit, string.Create(
                    CultureInfo.InvariantCulture, $"WAL {wal.LogNumber} is created more than once"));
            }
            else if (syncedSize is null || wal.SyncedSize > syncedSize)
            {
                // Multiple threads write the sizes, so they may appear out of order.
                _trackedWals[wal.LogNumber] = wal.SyncedSize;
            }
        }

        if (edit.WalDeletion > _minTrackedWal)
        {
            _minTrackedWal = edit.WalDeletion.Value;
            foreach (ulong number in _trackedWals.Keys.TakeWhile(number => number < _minTrackedWal).ToArray())
            {
                _trackedWals.Remove(number);
            }
        }
    }

    /// <summary>Applies the rules of ExtractInfoFromVersionEdit.</summary>
    private void ApplyNumbers(VersionEdit edit, ManifestColumnFamily family)
    {
        if (edit.Comparator is { } comparator && family.Comparator is { } known && comparator != known)
        {
            Report(
                FindingKind.ComparatorChanged,
                edit,
                $"comparator {NameInReason.Of(comparator)} does not match {NameInReason.Of(known)} of "
                + Describe(family.Id, family.Name));
        }

        if (edit.LogNumber >= family.LogNumber)
        {
            LogNumber = edit.LogNumber;
        }

        family.Process(edit);
        DatabaseId = edit.DatabaseId ?? DatabaseId;
        PreviousLogNumber = edit.PreviousLogNumber ?? PreviousLogNumber;
        NextFileNumber = edit.NextFileNumber ?? NextFileNumber;
        LastSequence = edit.LastSequence ?? LastSequence;
        _maxColumnFamily = Math.Max(_maxColumnFamily, edit.MaxColumnFamily ?? 0);
        if (edit.MinLogNumberToKeep is { } min)
        {
            MinLogNumberToKeep = Math.Max(MinLogNumberToKeep ?? 0, min);
        }
    }

    private void Report(FindingKind kind, VersionEdit edit, string reason) =>
        Report(Of(kind, edit.Offset, reason));

    private static Finding Of(FindingKind kind, long offset, string reason) => new() { Kind = kind, Offset = offset, Reason = reason };

    private void Report(Finding problem)
    {
        FindingCount++;
        if (_problems.Count < MaxFindings)
        {
            _problems.Add(problem);
        }
    }

    private static string Describe(uint id, string? name) =>
        name is null
            ? id.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{NameInReason.Of(name)} ({id})");
}
