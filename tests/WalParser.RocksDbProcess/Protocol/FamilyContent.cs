namespace WalParser.RocksDbProcess.Protocol;

/// <summary>What a scan of a column family found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Entries">Its keys in order, with their values; of an entity, the value of the default column.</param>
internal sealed record FamilyContent(uint Id, string Name, Entry[] Entries);
