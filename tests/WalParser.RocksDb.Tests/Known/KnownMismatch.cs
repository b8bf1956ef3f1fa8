using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>A kind of opening on which the reader is known to differ from RocksDB, until it is mended.</summary>
/// <param name="Name">What is known, with the number of its case in the list of recovery cases.</param>
/// <param name="Specimens">The folders in testdata/recovery on which it occurs.</param>
/// <param name="Explains">Whether a difference is of this kind, by what RocksDB says, what we say, and what the WALs contain.</param>
internal sealed record KnownMismatch(string Name, string[] Specimens, Func<OpeningComparison, bool> Explains);
