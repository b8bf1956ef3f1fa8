using WalParser.Databases;
using WalParser.Kvrocks.Keys;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Items;

/// <summary>The place of an item in the WALs.</summary>
internal readonly record struct WalItemPlace(
    WalFile File, long Offset, ulong BatchSequence, SequenceFinding? SequenceFinding, KvrocksColumnFamily Family);
