namespace WalParser.RocksDb.Tests.Databases;

/// <summary>
/// Serializes wide-column entities as <c>db/wide/wide_column_serialization.cc</c> does (version 1), independent of the reader under test.
/// </summary>
internal static class Entities
{
    /// <summary>
    /// Serializes an entity with the given columns, which are in ascending order of their names. No name or value is longer than 127 bytes,
    /// so that each size is one byte.
    /// </summary>
    public static byte[] Serialize(params (string Name, byte[] Value)[] columns)
    {
        List<byte> bytes = [1, (byte)columns.Length];
        foreach ((string name, byte[] value) in columns)
        {
            bytes.Add((byte)name.Length);
            bytes.AddRange(System.Text.Encoding.ASCII.GetBytes(name));
            bytes.Add((byte)value.Length);
        }

        foreach ((_, byte[] value) in columns)
        {
            bytes.AddRange(value);
        }

        return [.. bytes];
    }
}
