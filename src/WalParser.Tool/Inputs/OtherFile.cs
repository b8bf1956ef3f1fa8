using WalParser.Databases;

namespace WalParser.Tool.Inputs;

/// <summary>A path that was given and is no WAL: what it is, and what reads it.</summary>
/// <param name="Path">The path.</param>
/// <param name="Description">What it is.</param>
/// <param name="Advice">What reads it; null if that is not known.</param>
internal sealed record OtherFile(string Path, string Description, string? Advice)
{
    public OtherFile(string path, FileContent content)
        : this(path, content.Description, AdviceFor(content.Format))
    {
    }

    /// <summary>Returns the failure of a command that has nothing else to read.</summary>
    /// <param name="wanted">What the command reads.</param>
    public InputFailure ToFailure(string wanted = "WAL") =>
        new(Path, $"is no {wanted}, but {Description}" + (Advice is null ? "" : "; " + Advice));

    private static string? AdviceFor(FileFormat format) => format switch
    {
        FileFormat.Wal => "'walparser verify' checks it, and 'walparser dump' shows it",
        FileFormat.Manifest => "'walparser manifest' reads it",
        FileFormat.Current => "'walparser manifest' on the DB folder reads the MANIFEST that it names",
        FileFormat.Identity or FileFormat.Options or FileFormat.Lock or FileFormat.InfoLog =>
            "name the DB folder or its WALs, NUMBER.log",
        FileFormat.BlobFile => "'walparser dump --resolve-blobs' on the DB folder shows the values in it",
        FileFormat.TableFile => "RocksDB's sst_dump reads it",
        FileFormat.ConvertedText => "copy the log again as a binary file",
        FileFormat.NoRegularFile => null,
        _ => "name a WAL, a DB folder, or - for standard input",
    };
}
