using WalParser.Blobs;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Dump;

/// <summary>
/// Finds the values to which blob indexes refer, in the blob files next to the WAL that is dumped, and counts the damaged values. A missing
/// blob file is not damage: RocksDB deletes old blob files while it keeps WALs that refer to them.
/// </summary>
internal sealed class BlobValues : IDisposable
{
    private string? _folder;
    private BlobResolver? _resolver;

    /// <summary>The number of values that could not be read because of damage.</summary>
    public long DamageCount { get; private set; }

    /// <summary>Begins a WAL, whose blob files are in its DB folder. Those of standard input are in the current folder.</summary>
    public void BeginFile(WalInput input)
    {
        string folder = input.IsStandardInput ? Environment.CurrentDirectory : input.Folder;
        if (folder != _folder)
        {
            // The limit for a record also applies to the value that a few bytes of it refer to.
            _resolver?.Dispose();
            _resolver = new BlobResolver(folder, new BlobResolverOptions { MaxValueSize = input.MaxRecordSize });
            _folder = folder;
        }
    }

    /// <summary>Returns the value, which is valid until the next call.</summary>
    /// <param name="index">The blob index in the batch.</param>
    /// <param name="key">The key of the blob index, with its timestamp.</param>
    public BlobResult Resolve(ReadOnlySpan<byte> index, scoped ReadOnlySpan<byte> key)
    {
        BlobResult result = _resolver!.Resolve(index, key);
        if (result.Outcome is not (BlobOutcome.Resolved or BlobOutcome.FileMissing))
        {
            DamageCount++;
        }

        return result;
    }

    /// <summary>Returns the reason why there is no value, for people, with the name of the blob file if the index names one.</summary>
    public static string ReasonOf(BlobResult result) =>
        result.File is { } file ? $"{Path.GetFileName(file)}, {result.Reason}" : result.Reason!;

    public void Dispose() => _resolver?.Dispose();
}
