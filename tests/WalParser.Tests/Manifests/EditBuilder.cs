using System.Buffers.Binary;
using System.Text;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Manifests;

/// <summary>Writes edits with any tags and fields for tests. It is based on the description of the format alone.</summary>
internal sealed class EditBuilder
{
    private readonly List<byte> _bytes = [];

    public byte[] Build() => [.. _bytes];

    public EditBuilder Number(ulong value)
    {
        _bytes.AddRange(WalBytes.Varint(value));
        return this;
    }

    public EditBuilder Numbers(params ReadOnlySpan<ulong> values)
    {
        foreach (ulong value in values)
        {
            Number(value);
        }

        return this;
    }

    public EditBuilder Bytes(params byte[] bytes)
    {
        Number((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public EditBuilder Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public EditBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>Adds a custom field that contains a varint.</summary>
    public EditBuilder NumberField(uint tag, ulong value) => Number(tag).Bytes(new EditBuilder().Number(value).Build());

    /// <summary>Adds an internal key: the user key, the sequence number and the type.</summary>
    public EditBuilder Key(string key, ulong sequence, byte type = 1) => Bytes(KeyBytes(key, sequence, type));

    /// <summary>Adds a table file in the newest form, without custom fields.</summary>
    public EditBuilder File(int level, ulong number, ulong size = 10, ulong? oldestBlobFile = null)
    {
        Numbers(103, (ulong)level, number, size).Key("a", 1).Key("z", 9).Numbers(1, 9);
        if (oldestBlobFile is { } blob)
        {
            NumberField(4, blob);
        }

        return Number(1);
    }

    /// <summary>Adds a blob file with the given number of blobs of ten bytes each.</summary>
    public EditBuilder Blob(ulong number, ulong count) => Numbers(400, number, count, 10 * count).Text("").Bytes().Number(0);

    public static byte[] KeyBytes(string key, ulong sequence, byte type = 1)
    {
        byte[] trailer = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(trailer, (sequence << 8) | type);
        return [.. Encoding.UTF8.GetBytes(key), .. trailer];
    }
}
