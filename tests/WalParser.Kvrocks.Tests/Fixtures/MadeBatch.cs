using WalParser.Batches;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Logs;

namespace WalParser.Kvrocks.Tests.Fixtures;

/// <summary>Batches made for a test.</summary>
internal static class MadeBatch
{
    public const byte Deletion = 0x04;
    public const byte Put = 0x05;
    public const byte Merge = 0x06;
    public const byte RangeDeletion = 0x0E;

    /// <summary>A batch of operations, each a tag, a column family, and a key with a value or a range's end.</summary>
    public static byte[] Of(params (byte Tag, uint Family, byte[] Key, byte[] Value)[] operations)
    {
        var builder = new BatchBuilder();
        foreach ((byte tag, uint family, byte[] key, byte[] value) in operations)
        {
            builder = tag == Deletion ? builder.Counted(tag, family, key) : builder.Counted(tag, family, key, value);
        }

        return builder.Build(1).ToArray();
    }

    /// <summary>Metadata of 64 bits with version and size, and what follows.</summary>
    public static byte[] Metadata(byte type, ulong version, ulong size, params byte[] body) =>
        [(byte)(0x80 | type), .. new byte[8], .. BigEndian(version), .. BigEndian(size), .. body];

    public static byte[] BigEndian(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];

    /// <summary>The subkey of an element, in a database whose keys carry no slot.</summary>
    public static byte[] Subkey(string userKey, ulong version, string subkey)
    {
        byte[] metadataKey = MetadataKey("ns", userKey);
        return [.. SubkeyKey.ComposePrefix(metadataKey, userKey.Length, version), .. System.Text.Encoding.Latin1.GetBytes(subkey)];
    }

    public static byte[] MetadataKey(string ns, string userKey) => Kvrocks.Keys.MetadataKey.Compose(
        System.Text.Encoding.Latin1.GetBytes(ns), System.Text.Encoding.Latin1.GetBytes(userKey), hasSlot: false);

    /// <summary>Every operation of a batch as its parts, to be changed and put together again.</summary>
    public static List<(byte Tag, uint Family, byte[] Key, byte[] Value)> Take(byte[] payload)
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
