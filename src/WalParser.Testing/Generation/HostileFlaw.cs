namespace WalParser.Testing.Generation;

/// <summary>A flaw of a generated log.</summary>
/// <param name="What">The flaw in words.</param>
/// <param name="Offset">The offset at which a reader detects it, in bytes.</param>
public readonly record struct HostileFlaw(string What, long Offset);
