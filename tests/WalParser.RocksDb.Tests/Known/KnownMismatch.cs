using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>A kind of opening on which the reader is known to differ from RocksDB, until it is fixed.</summary>
/// <param name="Name">The description, with the number of its recovery case.</param>
/// <param name="Specimens">The folders in testdata/recovery on which it occurs.</param>
/// <param name="Explains">Returns true if a difference is of this kind, according to the two results and the facts about the WALs.</param>
internal sealed record KnownMismatch(string Name, string[] Specimens, Func<OpeningComparison, bool> Explains);
