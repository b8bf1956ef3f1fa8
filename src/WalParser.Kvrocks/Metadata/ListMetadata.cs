namespace WalParser.Kvrocks.Metadata;

/// <summary>What the metadata of a list has: its elements lie at the indexes from <paramref name="Head"/> up to, not including, <paramref name="Tail"/>.</summary>
/// <param name="Head">The index of the first element. A list begins at 2⁶³ − 1 and grows both ways.</param>
/// <param name="Tail">The index behind the last element.</param>
public readonly record struct ListMetadata(ulong Head, ulong Tail)
{
    internal static bool TryRead(ReadOnlySpan<byte> body, out ListMetadata list)
    {
        var reader = new BigEndianReader(body);
        bool isWhole = reader.TryRead64(out ulong head) & reader.TryRead64(out ulong tail);
        list = new ListMetadata(head, tail);
        return isWhole;
    }
}
