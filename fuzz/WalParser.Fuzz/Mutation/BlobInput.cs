namespace WalParser.Fuzz.Mutation;

/// <summary>The parts of an input of the target <c>blob</c>.</summary>
internal readonly ref struct BlobInput(ReadOnlySpan<byte> index, ReadOnlySpan<byte> key, ReadOnlySpan<byte> file)
{
    /// <summary>The number of the blob file.</summary>
    public const int FileNumber = 7;

    public ReadOnlySpan<byte> Index { get; } = index;

    public ReadOnlySpan<byte> Key { get; } = key;

    public ReadOnlySpan<byte> File { get; } = file;

    public static bool TryParse(ReadOnlySpan<byte> input, out BlobInput parts)
    {
        parts = default;
        if (input.Length < 2 || input.Length < 2 + input[0] + input[1])
        {
            return false;
        }

        parts = new BlobInput(input.Slice(2, input[0]), input.Slice(2 + input[0], input[1]), input[(2 + input[0] + input[1])..]);
        return true;
    }

    public byte[] ToArray() => [(byte)Index.Length, (byte)Key.Length, .. Index, .. Key, .. File];
}
