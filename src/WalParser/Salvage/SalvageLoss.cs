namespace WalParser.Salvage;

/// <summary>Bytes of a log from which nothing was salvaged, though a record may have been there.</summary>
/// <param name="Offset">Offset in the log, in bytes, where they begin.</param>
/// <param name="Bytes">How many bytes of the log they are, fragments' headers included; those of a record in several fragments need not lie together. No byte is in two losses.</param>
/// <param name="Reason">Why: in RocksDB's words where it has any.</param>
public readonly record struct SalvageLoss(long Offset, long Bytes, string Reason);
