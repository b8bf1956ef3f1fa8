using WalParser.TestSupport.Logs;

namespace WalParser.Tests.WideColumns;

/// <summary>
/// Writes and reads wide-column entities for tests. It is based on the description of the format alone and not optimized.
/// </summary>
internal static class EntityBuilder
{
    public const byte Inline = 0x01;
    public const byte BlobIndex = 0x11;

    public sealed record Column(byte[] Name, byte[] Value, byte Type = Inline)
    {
        public override string ToString() => $"{Type:x2} {Convert.ToHexStringLower(Name)}: {Convert.ToHexStringLower(Value)}";
    }

    public static byte[] Version1(params IReadOnlyList<Column> columns) =>
    [
        1, .. Varint(columns.Count),
        .. columns.SelectMany(column => (byte[])[.. Varint(column.Name.Length), .. column.Name, .. Varint(column.Value.Length)]),
        .. columns.SelectMany(column => column.Value),
    ];

    public static byte[] Version2(params IReadOnlyList<Column> columns)
    {
        byte[] nameSizes = [.. columns.SelectMany(column => Varint(column.Name.Length))];
        byte[] valueSizes = [.. columns.SelectMany(column => Varint(column.Value.Length))];
        byte[] names = [.. columns.SelectMany(column => column.Name)];
        return
        [
            2, .. Varint(columns.Count),
            .. columns.Count == 0 ? (byte[])[] :
            [
                .. Varint(nameSizes.Length), .. Varint(valueSizes.Length), .. Varint(names.Length),
                .. columns.Select(column => column.Type), .. nameSizes, .. valueSizes, .. names,
                .. columns.SelectMany(column => column.Value),
            ],
        ];
    }

    /// <summary>Returns the columns of an entity, or null if the bytes are not an entity. Blob indexes are not checked.</summary>
    public static List<Column>? Read(byte[] entity)
    {
        try
        {
            int at = 0;
            uint version = Number(entity, ref at);
            uint count = Number(entity, ref at);
            if (version > 2)
            {
                return null;
            }

            return count == 0 ? [] : version == 2 ? Read2(entity, at, count) : Read1(entity, at, count);
        }
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private static List<Column>? Read1(byte[] entity, int at, uint count)
    {
        List<(byte[] Name, int Size)> index = [];
        for (uint i = 0; i < count; i++)
        {
            byte[] name = Read(entity, ref at, Number(entity, ref at));
            index.Add((name, checked((int)Number(entity, ref at))));
        }

        return Ordered([.. index.Select(column => new Column(column.Name, Read(entity, ref at, (uint)column.Size)))]);
    }

    private static List<Column>? Read2(byte[] entity, int at, uint count)
    {
        uint nameSizesSize = Number(entity, ref at), valueSizesSize = Number(entity, ref at), namesSize = Number(entity, ref at);
        byte[] types = Read(entity, ref at, count);
        byte[] nameSizes = Read(entity, ref at, nameSizesSize);
        byte[] valueSizes = Read(entity, ref at, valueSizesSize);
        byte[] names = Read(entity, ref at, namesSize);
        int atNameSize = 0, atValueSize = 0, atName = 0;
        List<Column> columns = [];
        foreach (byte type in types)
        {
            byte[] name = Read(names, ref atName, Number(nameSizes, ref atNameSize));
            columns.Add(new Column(name, Read(entity, ref at, Number(valueSizes, ref atValueSize)), type));
        }

        return types.All(type => type is Inline or BlobIndex) ? Ordered(columns) : null;
    }

    private static List<Column>? Ordered(List<Column> columns) =>
        columns.Zip(columns.Skip(1)).All(pair => pair.First.Name.AsSpan().SequenceCompareTo(pair.Second.Name) < 0) ? columns : null;

    private static byte[] Read(byte[] bytes, ref int at, uint size)
    {
        byte[] taken = bytes.AsSpan(at, checked((int)size)).ToArray();
        at += taken.Length;
        return taken;
    }

    private static uint Number(byte[] bytes, ref int at)
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte part = bytes[at++];
            value |= (uint)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        throw new OverflowException();
    }

    private static byte[] Varint(int value) => WalBytes.Varint((uint)value);
}
