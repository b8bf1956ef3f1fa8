using WalParser.Databases;

namespace WalParser.WalSets;

/// <summary>The sequence numbers of one WAL.</summary>
/// <param name="File">The WAL.</param>
/// <param name="Records">The number of records that could be read.</param>
/// <param name="First">The sequence number at which the first batch of the WAL begins; null if it has no batch.</param>
/// <param name="Last">The greatest sequence number in any batch of the WAL; null if there is none.</param>
public sealed record WalFileSequences(WalFile File, long Records, ulong? First, ulong? Last);
