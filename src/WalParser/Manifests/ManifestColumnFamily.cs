namespace WalParser.Manifests;

/// <summary>
/// The state of a column family in a MANIFEST: a live view that belongs to its <see cref="ManifestState"/>. A dropped family keeps its id,
/// name and comparator; its files are removed.
/// </summary>
public sealed class ManifestColumnFamily
{
    private readonly Dictionary<ulong, LiveTableFile> _tables = [];
    private readonly SortedDictionary<ulong, ManifestBlobFile> _blobFiles = [];

    internal ManifestColumnFamily(uint id, string name, ReadOnlyMemory<byte> nameBytes)
    {
        Id = id;
        Name = name;
        NameBytes = nameBytes;
    }

    /// <summary>The id of the column family; 0 is <c>default</c>. RocksDB never reuses ids.</summary>
    public uint Id { get; }

    /// <summary>
    /// The name of the column family. A dropped family and a live one may have the same name. If the name is not valid UTF-8, replacement
    /// characters stand for the invalid bytes; see <see cref="NameBytes"/>.
    /// </summary>
    public string Name { get; }

    /// <summary>The bytes of <see cref="Name"/>. RocksDB takes any bytes for a name.</summary>
    public ReadOnlyMemory<byte> NameBytes { get; }

    /// <summary>Whether the column family was dropped.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>The name of the comparator; null if no edit states it.</summary>
    public string? Comparator { get; private set; }

    /// <summary>The lowest number of a WAL that may contain data that the column family still needs; 0 if no edit states it.</summary>
    public ulong LogNumber { get; private set; }

    /// <summary>Whether table files contain the user-defined timestamps of a column family that has them.</summary>
    public bool PersistsUserDefinedTimestamps { get; private set; } = true;

    /// <summary>The user-defined timestamp below which older versions may be gone; null if no edit states it.</summary>
    public ReadOnlyMemory<byte>? FullHistoryTimestampLow { get; private set; }

    /// <summary>The numbers of the live table files, in no particular order.</summary>
    public IReadOnlyCollection<ulong> TableFiles => _tables.Keys;

    /// <summary>The live table files by level, without empty levels. Computed at every call.</summary>
    public IReadOnlyList<ManifestLevel> Levels =>
    [
        .. _tables.Values
            .AggregateBy(
                file => file.Level,
                (Count: 0, Bytes: 0UL),
                (level, file) => (level.Count + 1, level.Bytes + file.Size))
            .OrderBy(level => level.Key)
            .Select(level => new ManifestLevel(level.Key, level.Value.Count, level.Value.Bytes)),
    ];

    /// <summary>
    /// The live blob files by number, as RocksDB determines them (<c>VersionBuilder</c> in <c>db/version_builder.cc</c>): without files
    /// older than the oldest one that a live table file refers to, and without files that contain only garbage. Computed at every call.
    /// </summary>
    public IReadOnlyList<ManifestBlobFile> BlobFiles
    {
        get
        {
            HashSet<ulong> linked =
            [
                .. _tables.Values.Where(file => file.OldestBlobFile != 0).Select(file => file.OldestBlobFile),
            ];
            ulong oldest = linked.Where(_blobFiles.ContainsKey).DefaultIfEmpty(ulong.MaxValue).Min();
            return
            [
                .. _blobFiles.Values.Where(
                    file => file.Number >= oldest && (file.GarbageCount < file.BlobCount || linked.Contains(file.Number))),
            ];
        }
    }

    internal bool TryGetTable(ulong number, out LiveTableFile file) => _tables.TryGetValue(number, out file);

    internal bool AddTable(NewTableFile file) =>
        _tables.TryAdd(file.Number, new LiveTableFile(file.Level, file.Size, file.OldestBlobFile ?? 0));

    /// <summary>Makes room for the table files of a large edit, so that the dictionary is neither copied nor twice as large.</summary>
    internal void ReserveTables(int count)
    {
        if (count > _tables.Count)
        {
            _tables.EnsureCapacity(_tables.Count + count);
        }
    }

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

    internal void Process(VersionEdit edit)
    {
        Comparator ??= edit.Comparator;
        PersistsUserDefinedTimestamps = edit.PersistsUserDefinedTimestamps ?? PersistsUserDefinedTimestamps;
        FullHistoryTimestampLow = edit.FullHistoryTimestampLow ?? FullHistoryTimestampLow;

        // RocksDB warns about a log number that is lower than the current one, and ignores it.
        LogNumber = Math.Max(LogNumber, edit.LogNumber ?? 0);
    }

    internal void Drop()
    {
        IsDropped = true;
        _tables.Clear();
        _blobFiles.Clear();
    }
}
