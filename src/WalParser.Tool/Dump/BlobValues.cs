using WalParser.Blobs;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Dump;

/// <summary>
/// Finds the values that blob indexes stand for, in the blob files beside the log that is dumped, and keeps count of those that
/// are damaged. A blob file that is not there is no damage: old ones are deleted while logs that refer to them are kept.
/// </summary>
internal sealed class BlobValues : IDisposable
{
    private string? _folder;
    private BlobResolver? _resolver;

    /// <summary>How many values could not be had because of damage.</summary>
    public long DamageCount { get; private set; }

    /// <summary>Blob files are looked for in the log's DB folder from now on; of standard input, in the current folder.</summary>
    public void BeginFile(WalInput input)
    {
        string folder = input.IsStandardInput ? Environment.CurrentDirectory : input.Folder;
        if (folder != _folder)
        {
            _resolver?.Dispose();
            _resolver = new BlobResolver(folder);
            _folder = folder;
        }
    }

    /// <summary>The value, valid until the next call.</summary>
    /// <param name="index">The blob index as it stands in the batch.</param>
    /// <param name="key">Its key, with the timestamp.</param>
    public BlobResult Resolve(ReadOnlySpan<byte> index, scoped ReadOnlySpan<byte> key)
    {
        BlobResult result = _resolver!.Resolve(index, key);
        if (result.Outcome is not (BlobOutcome.Resolved or BlobOutcome.FileMissing))
        {
            DamageCount++;
        }

        return result;
    }

    /// <summary>Why there is no value, for people: with the name of the blob file, if one was looked for.</summary>
    public static string ReasonOf(BlobResult result) => result.File is { } file ? $"{Path.GetFileName(file)}, {result.Reason}" : result.Reason!;

    public void Dispose() => _resolver?.Dispose();
}
