namespace WalParser.Kvrocks.Dataset;

/// <summary>A member of a sorted set.</summary>
/// <param name="Member">The member.</param>
/// <param name="Score">The score.</param>
public readonly record struct ZSetMember(ReadOnlyMemory<byte> Member, double Score);
