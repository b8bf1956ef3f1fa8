using WalParser.Files;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Items;

/// <summary>Where an item comes from.</summary>
internal readonly record struct WalItemPlace(WalFile File, long Offset, ulong BatchSequence, SequenceBreak? Break, KvrocksColumnFamily Family);
