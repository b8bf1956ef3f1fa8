using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>Where and why a log ended. It is the same in every recovery mode, whether or not the mode reports the end as damage.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Offset">
/// The offset in the file, in bytes, of the first byte that the end excludes from all whole records: the header of the torn fragment or of
/// the old record, the start of the incomplete record, or the end of the file.
/// </param>
/// <param name="Bytes">
/// The number of bytes that exist of a torn fragment; of the collected payload of a record that is incomplete or interrupted by an old
/// record; or of the block from a corrupted tail on. Otherwise 0.
/// </param>
/// <param name="LooksStale">
/// As <see cref="Finding.LooksStale"/>: the torn bytes may be left over from the earlier contents of a recycled file.
/// </param>
public readonly record struct WalEnd(WalEndReason Reason, long Offset, long Bytes, bool LooksStale);
