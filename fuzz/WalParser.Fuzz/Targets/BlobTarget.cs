using WalParser.Blobs;
using WalParser.Compression;
using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Reads a value from a blob file. The input consists of the length of the index (1 byte), the length of the key (1 byte), the index, the
/// key, and the file with the number 7. A resolved value has the declared size and bytes, the cost is limited by the bytes of the file, and
/// a second lookup has the same result.
/// </summary>
internal sealed class BlobTarget : FuzzTarget
{
    private const int MaxValueSize = 1 << 20;

    private TempFile? _file;

    public override string Name => "blob";

    public override string Description => "a blob index and a blob file: the value, or the reason why there is none";

    public override int MaxInputSize => 20_000;

    public override IMutator? Structure { get; } = new BlobMutator();

    public override (long Base, long PerByte) AllocationLimit => (4_000_000, 500);

    public override void Run(byte[] input)
    {
        if (!BlobInput.TryParse(input, out BlobInput parts))
        {
            return;
        }

        _file ??= new TempFile(BlobFileName.Of(BlobInput.FileNumber));
        _file.Fill(parts.File);
        using var resolver = new BlobResolver(_file.Folder, new BlobResolverOptions { MaxValueSize = MaxValueSize });
        BlobResult first = resolver.Resolve(parts.Index, parts.Key);
        BlobOutcome outcome = first.Outcome;
        Check(first.IsResolved == (first.Reason is null), "an unresolved value without a reason");
        Check(first.Value.Length <= MaxValueSize, "a value over the limit");
        Check(outcome is not (BlobOutcome.FileUnreadable), "an existing file is unreadable", first.Reason ?? "");
        if (first.IsResolved && BlobIndex.TryRead(parts.Index, out BlobIndex index) && !index.IsInlined
            && index.Compression == CompressionType.None)
        {
            Check(
                index.Offset + index.Size <= (ulong)parts.File.Length
                && first.Value.SequenceEqual(parts.File.Slice((int)index.Offset, (int)index.Size)),
                "a value differs from the file");
        }

        byte[] value = first.Value.ToArray();
        BlobResult second = resolver.Resolve(parts.Index, parts.Key);
        Check(second.Outcome == outcome && second.Value.SequenceEqual(value), "the second lookup has another outcome");
    }
}
