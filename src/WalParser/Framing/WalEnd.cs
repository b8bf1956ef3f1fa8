using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>Where and why a log ended, in every recovery mode alike, whether or not the mode reports it as damage.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Offset">
/// Offset in the file, in bytes, of the first byte that belongs to no whole record on account of the end: the torn fragment's
/// or the old record's header, the start of the incomplete record, or the end of the file.
/// </param>
/// <param name="Bytes">
/// Bytes of the torn fragment that are there; of the payload that was collected of a record that is incomplete, or in which an old record stands; or of the block from
/// a corrupted tail on. Else 0.
/// </param>
/// <param name="LooksStale">As <see cref="Finding.LooksStale"/>: what is torn may be left over from a recycled log's earlier life.</param>
public readonly record struct WalEnd(WalEndReason Reason, long Offset, long Bytes, bool LooksStale);
