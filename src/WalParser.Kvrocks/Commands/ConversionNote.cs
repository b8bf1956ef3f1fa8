namespace WalParser.Kvrocks.Commands;

/// <summary>Something that the commands leave out, or that was assumed for them.</summary>
/// <param name="Kind">The kind of note.</param>
/// <param name="Subject">
/// The subject: the name of a type as Kvrocks's TYPE reports it, a column family, a namespace or a command; empty if the kind has no
/// subject.
/// </param>
/// <param name="Count">The number of keys, operations and so on, depending on <paramref name="Kind"/>.</param>
/// <param name="Examples">The first few of the keys.</param>
public sealed record ConversionNote(ConversionNoteKind Kind, string Subject, long Count, IReadOnlyList<ReadOnlyMemory<byte>> Examples);
