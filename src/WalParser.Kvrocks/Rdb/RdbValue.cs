namespace WalParser.Kvrocks.Rdb;

/// <summary>The value of a key, as a type of RDB files.</summary>
/// <param name="Code">The type: a member of <see cref="RdbCode"/>.</param>
/// <param name="Write">Writes the value.</param>
internal sealed record RdbValue(byte Code, Action<RdbOutput> Write);
