namespace WalParser.Testing.Generation;

/// <summary>A readable record of a generated log.</summary>
/// <param name="Offset">The offset of its first fragment, in bytes.</param>
/// <param name="EndOffset">The offset after its last fragment, in bytes.</param>
/// <param name="Sequence">The sequence number of its batch.</param>
/// <param name="Count">The number of operations of its batch.</param>
public readonly record struct HostileRecord(long Offset, long EndOffset, ulong Sequence, int Count);
