namespace WalParser.Tool.History;

/// <summary>Writes the parts of an element or its value.</summary>
internal interface IPartWriter
{
    /// <summary>Writes a part that may be any bytes.</summary>
    void Bytes(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Writes the fields of a stream entry and their values.</summary>
    void Fields(ReadOnlySpan<byte> entry);

    /// <summary>Writes a part that is text.</summary>
    void Text(string name, string text);

    /// <summary>Writes a part that is a number.</summary>
    void Number(string name, ulong number);
}
