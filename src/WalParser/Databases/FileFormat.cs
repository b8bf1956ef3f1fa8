namespace WalParser.Databases;

/// <summary>The formats that <see cref="FileContent"/> distinguishes.</summary>
public enum FileFormat
{
    /// <summary>A WAL, or anything that is not certainly something else: a damaged, an empty or a preallocated file, or a copy.</summary>
    Wal,

    /// <summary>A MANIFEST, or a compressed copy of one.</summary>
    Manifest,

    /// <summary>The file <c>CURRENT</c>, which names the live MANIFEST.</summary>
    Current,

    /// <summary>The file <c>IDENTITY</c>, which contains the id of the database.</summary>
    Identity,

    /// <summary>An OPTIONS file.</summary>
    Options,

    /// <summary>The file <c>LOG</c>, in which RocksDB reports in text what it does.</summary>
    InfoLog,

    /// <summary>The file <c>LOCK</c>, which is empty.</summary>
    Lock,

    /// <summary>A table file (SST).</summary>
    TableFile,

    /// <summary>A blob file.</summary>
    BlobFile,

    /// <summary>A log that was converted as if it were text, so that no fragment of it is intact.</summary>
    ConvertedText,

    /// <summary>A file of another program, such as an archive or a snapshot of Redis, or text.</summary>
    Foreign,

    /// <summary>A folder, a named pipe, a socket or a device.</summary>
    NoRegularFile,
}
