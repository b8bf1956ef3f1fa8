namespace WalParser.Kvrocks.Commands;

/// <summary>A key that an <see cref="UndoConverter"/> leaves as it is, although it changed.</summary>
/// <param name="Sequence">The sequence number of the last batch that changed the key.</param>
/// <param name="Namespace">The namespace; <c>__namespace</c> is the default one.</param>
/// <param name="Key">The key as the user knows it.</param>
/// <param name="Reason">Why the key is left alone.</param>
public sealed record KeyLeftAlone(
    ulong Sequence, ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key, KeyLeftAloneReason Reason);
