namespace WalParser.Kvrocks.Commands;

/// <summary>Something that the commands do not say, or that was assumed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">What it is about: a type's name as Kvrocks's TYPE has it, a column family, a namespace, a command; empty if there is nothing to tell apart.</param>
/// <param name="Count">How many keys, operations and so on; what <paramref name="Kind"/> says.</param>
/// <param name="Examples">The first of the keys, a few at the most.</param>
public sealed record ConversionNote(ConversionNoteKind Kind, string Subject, long Count, IReadOnlyList<ReadOnlyMemory<byte>> Examples);
