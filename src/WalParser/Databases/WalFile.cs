using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Databases;

/// <summary>
/// A WAL of a database: its location, and the means to open it. Immutable, and therefore safe for concurrent use by multiple threads. It
/// may be opened any number of times.
/// </summary>
public sealed class WalFile
{
    private readonly Func<WalReaderOptions, WalReader>? _open;

    /// <summary>Creates a WAL from a file, which may have any name.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="name">The name in reports; by default the name of the file.</param>
    /// <param name="logNumber">The log number; by default the number in the name of the file, if that is the name of a WAL.</param>
    public WalFile(string path, string? name = null, ulong? logNumber = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
        Name = name ?? System.IO.Path.GetFileName(path);
        IsArchived =
            System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))) == DatabaseFolder.ArchiveName;
        LogNumber = logNumber ?? (WalFileName.TryGetLogNumber(path, out ulong named) ? named : null);
    }

    /// <summary>Creates a WAL from another source, such as a stream, a pipe or an entry of a zip file.</summary>
    /// <param name="name">The name in reports.</param>
    /// <param name="logNumber">The log number; null if unknown.</param>
    /// <param name="open">Opens the WAL for reading. If it can be called only once, a set with this WAL can be read only once.</param>
    public WalFile(string name, ulong? logNumber, Func<WalReaderOptions, WalReader> open)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(open);
        Name = name;
        LogNumber = logNumber;
        _open = open;
    }

    /// <summary>
    /// The name in reports: for a file of a <see cref="DatabaseFolder"/>, its path relative to the folder, such as
    /// <c>archive/000010.log</c>.
    /// </summary>
    public string Name { get; }

    /// <summary>The path of the file; null if the WAL is not a file.</summary>
    public string? Path { get; }

    /// <summary>The log number, which determines the order of WALs; null if unknown.</summary>
    public ulong? LogNumber { get; }

    /// <summary>Whether the file is in the <c>archive</c> folder, to which RocksDB moves WALs whose data is all in table files.</summary>
    public bool IsArchived { get; }

    /// <summary>
    /// The WAL with the same number in the folder itself, if this one is in its archive and both exist: RocksDB recovers from the one in
    /// the folder.
    /// </summary>
    internal WalFile? LiveCopy { get; init; }

    /// <summary>
    /// Opens the WAL. If a running server has moved it to the <c>archive</c> folder since the folder was listed, it is opened there.
    /// </summary>
    /// <param name="options">The options for reading. If they specify no log number or file name, those of the WAL are used.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public WalReader Open(WalReaderOptions? options = null)
    {
        options = Complete(options ?? new WalReaderOptions());
        return _open is not null ? _open(options) : OpenFile(path => WalReader.Open(path, options));
    }

    /// <summary>
    /// Opens a WAL that may still be written to: at its current end, the reader awaits <paramref name="waitForMore"/>. A compressed copy is
    /// opened as by <see cref="Open"/>, because it is not written to.
    /// </summary>
    internal WalReader OpenTailing(WalReaderOptions options, Func<TailingLog, CancellationToken, ValueTask> waitForMore)
    {
        if (_open is not null)
        {
            return Open(options);
        }

        options = Complete(options);
        TailingLog log = OpenFile(path => new TailingLog(path, FragmentProbe.Instance, waitForMore));
        if (log.IsCompressedCopy())
        {
            log.Dispose();
            return Open(options);
        }

        return WalReader.Create(log, options);
    }

    /// <summary>Returns the current size of the file, in bytes; null if the WAL is not a file or no longer exists.</summary>
    public long? GetSize()
    {
        foreach (string? path in (ReadOnlySpan<string?>)[Path, ArchivedPath])
        {
            if (path is not null && new FileInfo(path) is { Exists: true } file)
            {
                return file.Length;
            }
        }

        return null;
    }

    /// <summary>Returns the current path of the file; null if the WAL is not a file or no longer exists.</summary>
    internal string? FindPath() => File.Exists(Path) ? Path : File.Exists(ArchivedPath) ? ArchivedPath : null;

    /// <summary>Returns why the file cannot be found, as the rest of a sentence about it.</summary>
    internal string WhyMissing() => Path is not null && new FileInfo(Path).LinkTarget is { } target
        ? $"is a link to {target}, which does not exist"
        : "no longer exists";

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>
    /// Whether the WAL is a file whose name is not that of a compressed copy, so that the size of the file is the size of the log.
    /// </summary>
    internal bool IsUncompressed => Path?.EndsWith(".log", StringComparison.Ordinal) == true;

    private WalReaderOptions Complete(WalReaderOptions options) =>
        options with { LogNumber = options.LogNumber ?? LogNumber, FileName = options.FileName ?? Name };

    private T OpenFile<T>(Func<string, T> open)
    {
        try
        {
            return open(Path!);
        }
        catch (FileNotFoundException) when (ArchivedPath is { } archived && File.Exists(archived))
        {
            return open(archived);
        }
    }

    private string? ArchivedPath => Path is null || IsArchived
        ? null
        : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", DatabaseFolder.ArchiveName, System.IO.Path.GetFileName(Path));
}
