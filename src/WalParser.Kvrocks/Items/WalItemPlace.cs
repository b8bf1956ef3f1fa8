using WalParser.Databases;
using WalParser.Kvrocks.Keys;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Items;

/// <summary>Where an item comes from.</summary>
internal readonly record struct WalItemPlace(WalFile File, long Offset, ulong BatchSequence, SequenceFinding? Break, KvrocksColumnFamily Family);
