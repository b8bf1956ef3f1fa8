using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Databases;

/// <summary>
/// A WAL of a database: where it lies and how it is opened. Immutable; it may be used by several threads at once, and opened as
/// often as wanted.
/// </summary>
public sealed class WalFile
{
    private readonly Func<WalReaderOptions, WalReader>? _open;

    /// <summary>A WAL in a file, of whatever name.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="name">What it is called in reports; the file's name by default.</param>
    /// <param name="logNumber">Its number; by default what the file's name says, if it names a WAL.</param>
    public WalFile(string path, string? name = null, ulong? logNumber = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
        Name = name ?? System.IO.Path.GetFileName(path);
        IsArchived = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))) == DatabaseFolder.ArchiveName;
        LogNumber = logNumber ?? (WalFileName.TryGetLogNumber(path, out ulong named) ? named : null);
    }

    /// <summary>A WAL that comes from elsewhere: a stream, a pipe, an entry of a zip file.</summary>
    /// <param name="name">What it is called in reports.</param>
    /// <param name="logNumber">Its number, if known.</param>
    /// <param name="open">Opens it for reading. If it can be called only once, so can the views of a set with this WAL.</param>
    public WalFile(string name, ulong? logNumber, Func<WalReaderOptions, WalReader> open)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(open);
        Name = name;
        LogNumber = logNumber;
        _open = open;
    }

    /// <summary>Its name in reports: for a file of a <see cref="DatabaseFolder"/> its path relative to that, such as <c>archive/000010.log</c>.</summary>
    public string Name { get; }

    /// <summary>Its path; null if it is not a file.</summary>
    public string? Path { get; }

    /// <summary>Its log number, by which WALs are ordered; null if nothing says it.</summary>
    public ulong? LogNumber { get; }

    /// <summary>Whether it lies in the <c>archive</c> folder, where RocksDB moves WALs whose data is all in table files.</summary>
    public bool IsArchived { get; }

    /// <summary>The WAL of that number in the folder itself, if this one is in its archive and there are both: RocksDB recovers what lies in the folder.</summary>
    internal WalFile? LiveCopy { get; init; }

    /// <summary>
    /// Opens it. If it was moved to the <c>archive</c> folder since the folder was listed, as a running server does, it is found there.
    /// </summary>
    /// <param name="options">How it is read. Its log number and name are put in where the options have none.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public WalReader Open(WalReaderOptions? options = null)
    {
        options = Complete(options ?? new WalReaderOptions());
        return _open is not null ? _open(options) : OpenFile(path => WalReader.Open(path, options));
    }

    /// <summary>
    /// As <see cref="Open"/>, of a WAL that may still be written to: where it ends now, <paramref name="waitForMore"/> is awaited. A compressed
    /// copy is not written to.
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

    /// <summary>Its size in bytes as it is now; null if it is not a file, or no longer there.</summary>
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

    /// <summary>Where it lies now; null if it is not a file, or no longer there.</summary>
    internal string? FindPath() => File.Exists(Path) ? Path : File.Exists(ArchivedPath) ? ArchivedPath : null;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether it is a file that is no compressed copy by its name, so that its size is the log's.</summary>
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
