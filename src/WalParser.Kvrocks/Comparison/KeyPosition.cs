namespace WalParser.Kvrocks.Comparison;

/// <summary>A place in the order in which keys are compared: by namespace, then by key, both in byte order.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Key">The key as the user knows it.</param>
public sealed record KeyPosition(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)
{
    /// <summary>Returns whether a key comes after this place.</summary>
    internal bool IsBefore(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) => Compare(Namespace, Key, ns, key) < 0;

    internal static int Compare(
        ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> otherNs, ReadOnlyMemory<byte> otherKey)
    {
        int order = ns.Span.SequenceCompareTo(otherNs.Span);
        return order != 0 ? order : key.Span.SequenceCompareTo(otherKey.Span);
    }
}
