namespace WalParser.Kvrocks.Commands;

/// <summary>The name of a key with its namespace in one array: the length of the namespace in one byte, the namespace, the key.</summary>
internal static class KeyName
{
    public static byte[] Of(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) => [(byte)ns.Length, .. ns.Span, .. key.Span];

    public static ReadOnlyMemory<byte> NamespaceOf(byte[] name) => name.AsMemory(1, name[0]);

    public static ReadOnlyMemory<byte> UserKeyOf(byte[] name) => name.AsMemory(1 + name[0]);
}
