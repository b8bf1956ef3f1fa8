using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>An entry of a stream.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Fields">A field, its value, the next field, and so on.</param>
public sealed record StreamEntry(StreamEntryId Id, IReadOnlyList<ReadOnlyMemory<byte>> Fields);
