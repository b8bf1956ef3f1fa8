using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>A known false report of the reader about an intact database, until it is fixed.</summary>
/// <param name="Name">The description, with the number of its recovery case if it has one.</param>
/// <param name="Specimen">The folder in testdata/recovery on which it occurs.</param>
/// <param name="Explains">Returns true if an alarm is of this kind.</param>
internal sealed record KnownAlarm(string Name, string Specimen, Func<Alarm, bool> Explains);
