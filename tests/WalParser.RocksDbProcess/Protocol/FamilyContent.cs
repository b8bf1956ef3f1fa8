namespace WalParser.RocksDbProcess.Protocol;

/// <summary>The result of a scan of a column family.</summary>
/// <param name="Id">The id of the column family.</param>
/// <param name="Name">The name of the column family.</param>
/// <param name="Entries">The keys in order, with their values. The value of an entity is that of its default column.</param>
internal sealed record FamilyContent(uint Id, string Name, Entry[] Entries);
