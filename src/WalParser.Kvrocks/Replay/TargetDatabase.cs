namespace WalParser.Kvrocks.Replay;

/// <summary>A database of the server that a replay would write to.</summary>
/// <param name="Number">The number of the database.</param>
/// <param name="IsEmpty">Whether it has no key.</param>
/// <param name="KeyCount">The number of keys; null if it has some and the server does not count them (Kvrocks).</param>
internal sealed record TargetDatabase(int Number, bool IsEmpty, long? KeyCount);
