using WalParser.Batches;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Logs;

namespace WalParser.Kvrocks.Tests.Fixtures;

/// <summary>Makes batches, and the keys and values in them.</summary>
internal static class MadeBatch
{
    public const byte Deletion = 0x04;
    public const byte Put = 0x05;
    public const byte Merge = 0x06;
    public const byte RangeDeletion = 0x0E;

    /// <summary>Returns a batch of operations: each has a tag, a column family, a key, and a value or the end of a range.</summary>
    public static byte[] Of(params (byte Tag, uint Family, byte[] Key, byte[] Value)[] operations)
    {
        var builder = new BatchBuilder();
        foreach ((byte tag, uint family, byte[] key, byte[] value) in operations)
        {
            builder = tag == Deletion ? builder.Counted(tag, family, key) : builder.Counted(tag, family, key, value);
        }

        return builder.Build(1).ToArray();
    }

    /// <summary>Returns metadata in the format of 64 bits: version, size, and the bytes after them.</summary>
    public static byte[] Metadata(byte type, ulong version, ulong size, params byte[] body) =>
        [(byte)(0x80 | type), .. new byte[8], .. BigEndian(version), .. BigEndian(size), .. body];

    public static byte[] BigEndian(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];

    /// <summary>Returns the subkey of an element in a database whose keys have no slot.</summary>
    public static byte[] Subkey(string userKey, ulong version, string subkey)
    {
        byte[] metadataKey = MetadataKey("ns", userKey);
        return [.. SubkeyKey.ComposePrefix(metadataKey, userKey.Length, version), .. System.Text.Encoding.Latin1.GetBytes(subkey)];
    }

    public static byte[] MetadataKey(string ns, string userKey) => Kvrocks.Keys.MetadataKey.Compose(
        System.Text.Encoding.Latin1.GetBytes(ns), System.Text.Encoding.Latin1.GetBytes(userKey), hasSlot: false);

    /// <summary>Returns the operations of a batch as the parts from which <see cref="Of"/> makes a batch.</summary>
    public static List<(byte Tag, uint Family, byte[] Key, byte[] Value)> Parse(byte[] payload)
    {
        List<(byte, uint, byte[], byte[])> operations = [];
        var batch = new WriteBatch(payload);
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey)
            {
                byte tag = operation.Type switch
                {
                    OperationType.Put => Put,
                    OperationType.Delete => Deletion,
                    OperationType.DeleteRange => RangeDeletion,
                    _ => throw new InvalidDataException($"No recorded log has a {operation.Type}."),
                };
                byte[] second = operation.Type == OperationType.DeleteRange ? operation.EndKey.ToArray() : operation.Value.ToArray();
                operations.Add((tag, operation.ColumnFamily, operation.Key.ToArray(), second));
            }
        }

        return operations;
    }
}
