using WalParser.Blobs;

namespace WalParser.Tests.Blobs;

/// <summary>A temporary folder for blob files, which <see cref="Dispose"/> deletes.</summary>
internal sealed class BlobFolder : IDisposable
{
    public string FolderPath { get; } = Directory.CreateTempSubdirectory("walparser-blobs-").FullName;

    public string PathOf(ulong fileNumber) => Path.Combine(FolderPath, $"{fileNumber:D6}.blob");

    public BlobFolder Write(byte[] file, ulong fileNumber = 8)
    {
        File.WriteAllBytes(PathOf(fileNumber), file);
        return this;
    }

    /// <summary>Resolves an index with a new resolver.</summary>
    public (BlobOutcome Outcome, byte[] Value, string? Reason) Resolve(byte[] index, byte[] key, BlobResolverOptions? options = null)
    {
        using var resolver = new BlobResolver(FolderPath, options);
        BlobResult result = resolver.Resolve(index, key);
        Assert.Equal(result.IsResolved, result.Reason is null);
        Assert.True(result.IsResolved || result.Value.IsEmpty);
        return (result.Outcome, result.Value.ToArray(), result.Reason);
    }

    public void Dispose() => Directory.Delete(FolderPath, recursive: true);
}
