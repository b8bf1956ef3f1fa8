using System.Diagnostics.CodeAnalysis;

namespace WalParser.Manifests;

/// <summary>
/// A column family as a MANIFEST has it so far: a view that goes with its <see cref="ManifestState"/>. A family that was dropped
/// keeps its id, name and comparator; its files are gone.
/// </summary>
public sealed class ManifestColumnFamily
{
    private readonly Dictionary<ulong, NewTableFile> _tables = [];
    private readonly SortedDictionary<ulong, ManifestBlobFile> _blobFiles = [];

    internal ManifestColumnFamily(uint id, string name)
    {
        Id = id;
        Name = name;
    }

    /// <summary>Its id; 0 is <c>default</c>. Ids are never used again.</summary>
    public uint Id { get; }

    /// <summary>Its name. One that was dropped and one that lives may have the same.</summary>
    public string Name { get; }

    /// <summary>Whether it was dropped.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>The name of its comparator; null if none was said.</summary>
    public string? Comparator { get; private set; }

    /// <summary>WALs with smaller numbers hold nothing that it still needs; 0 if none was said.</summary>
    public ulong LogNumber { get; private set; }

    /// <summary>Whether its user-defined timestamps, if it has such, are kept in table files.</summary>
    public bool PersistsUserDefinedTimestamps { get; private set; } = true;

    /// <summary>Older versions than this user-defined timestamp may be gone; null if none was said.</summary>
    public ReadOnlyMemory<byte>? FullHistoryTimestampLow { get; private set; }

    /// <summary>The numbers of its live table files, in no order.</summary>
    public IReadOnlyCollection<ulong> TableFiles => _tables.Keys;

    /// <summary>Its live table files by level, levels without any left out. Computed at every call.</summary>
    public IReadOnlyList<ManifestLevel> Levels =>
    [
        .. _tables.Values.GroupBy(file => file.Level).OrderBy(level => level.Key)
            .Select(level => new ManifestLevel(level.Key, level.Count(), level.Aggregate(0UL, (sum, file) => sum + file.Size))),
    ];

    /// <summary>
    /// Its live blob files by number, as RocksDB counts them (<c>VersionBuilder</c> in <c>db/version_builder.cc</c>): none older than
    /// the oldest that a live table file refers to, and none that is nothing but garbage. Computed at every call.
    /// </summary>
    public IReadOnlyList<ManifestBlobFile> BlobFiles
    {
        get
        {
            HashSet<ulong> linked = [.. _tables.Values.Where(file => file.OldestBlobFile is not null).Select(file => file.OldestBlobFile!.Value)];
            ulong oldest = linked.Where(_blobFiles.ContainsKey).DefaultIfEmpty(ulong.MaxValue).Min();
            return [.. _blobFiles.Values.Where(file => file.Number >= oldest && (file.GarbageCount < file.BlobCount || linked.Contains(file.Number)))];
        }
    }

    internal bool TryGetTable(ulong number, [NotNullWhen(true)] out NewTableFile? file) => _tables.TryGetValue(number, out file);

    internal bool AddTable(NewTableFile file) => _tables.TryAdd(file.Number, file);

    internal void RemoveTable(ulong number) => _tables.Remove(number);

    internal bool AddBlobFile(BlobFileAddition file) =>
        _blobFiles.TryAdd(file.Number, new ManifestBlobFile(file.Number, file.BlobCount, file.BlobBytes, 0, 0));

    internal bool AddGarbage(BlobFileGarbage garbage)
    {
        if (!_blobFiles.TryGetValue(garbage.Number, out ManifestBlobFile file))
        {
            return false;
        }

        _blobFiles[garbage.Number] = file with
        {
            GarbageCount = file.GarbageCount + garbage.BlobCount,
            GarbageBytes = file.GarbageBytes + garbage.BlobBytes,
        };
        return true;
    }

    internal void Take(VersionEdit edit)
    {
        Comparator ??= edit.Comparator;
        PersistsUserDefinedTimestamps = edit.PersistsUserDefinedTimestamps ?? PersistsUserDefinedTimestamps;
        FullHistoryTimestampLow = edit.FullHistoryTimestampLow ?? FullHistoryTimestampLow;

        // RocksDB warns of one that goes back, and passes it over.
        LogNumber = Math.Max(LogNumber, edit.LogNumber ?? 0);
    }

    internal void Drop()
    {
        IsDropped = true;
        _tables.Clear();
        _blobFiles.Clear();
    }
}
