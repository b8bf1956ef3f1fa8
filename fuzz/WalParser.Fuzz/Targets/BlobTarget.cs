using WalParser.Blobs;
using WalParser.Compression;
using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Looks up a value in a blob file. The input is: length of the index (1 byte), length of the key (1), index, key, and the file 7. A resolved value has
/// the size and bytes that it says, nothing costs more than the bytes that are there, and a second look finds the same.
/// </summary>
internal sealed class BlobTarget : FuzzTarget
{
    private const int MaxValueSize = 1 << 20;

    private TempFile? _file;

    public override string Name => "blob";

    public override string Description => "a blob index and a blob file: the value that it stands for, or why there is none";

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
        Check(first.IsResolved == (first.Reason is null), "an outcome without a reason");
        Check(first.Value.Length <= MaxValueSize, "a value over the limit");
        Check(outcome is not (BlobOutcome.FileUnreadable), "a file that is there is unreadable", first.Reason ?? "");
        if (first.IsResolved && BlobIndex.TryRead(parts.Index, out BlobIndex index) && !index.IsInlined && index.Compression == CompressionType.None)
        {
            Check(
                index.Offset + index.Size <= (ulong)parts.File.Length
                && first.Value.SequenceEqual(parts.File.Slice((int)index.Offset, (int)index.Size)),
                "a value is not what the file holds");
        }

        byte[] value = first.Value.ToArray();
        BlobResult second = resolver.Resolve(parts.Index, parts.Key);
        Check(second.Outcome == outcome && second.Value.SequenceEqual(value), "another outcome at the second look");
    }
}
