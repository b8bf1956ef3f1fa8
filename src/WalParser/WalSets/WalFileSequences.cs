using WalParser.Databases;

namespace WalParser.WalSets;

/// <summary>The sequence numbers of one WAL.</summary>
/// <param name="File">The WAL.</param>
/// <param name="Records">How many records it holds that could be read.</param>
/// <param name="First">The sequence number with which its first batch begins; null if it has no batch.</param>
/// <param name="Last">The greatest sequence number that a batch of it takes; null if none takes any.</param>
public sealed record WalFileSequences(WalFile File, long Records, ulong? First, ulong? Last);
