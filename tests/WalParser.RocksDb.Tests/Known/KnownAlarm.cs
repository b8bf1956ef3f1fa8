using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>Something that we are known to call wrong with a sound database, until that is mended.</summary>
/// <param name="Name">What is known, with the number of its case in the list of recovery cases if it has one.</param>
/// <param name="Specimen">The folder in testdata/recovery on which it occurs.</param>
/// <param name="Explains">Whether an alarm is of this kind.</param>
internal sealed record KnownAlarm(string Name, string Specimen, Func<Alarm, bool> Explains);
