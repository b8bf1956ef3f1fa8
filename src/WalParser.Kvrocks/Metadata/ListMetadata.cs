using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Metadata;

/// <summary>
/// The fields of the metadata of a list. Its elements have the indexes from <paramref name="Head"/> up to, but not including,
/// <paramref name="Tail"/>.
/// </summary>
/// <param name="Head">The index of the first element. A list begins at 2⁶³ − 1 and grows in both directions.</param>
/// <param name="Tail">The index after that of the last element.</param>
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
