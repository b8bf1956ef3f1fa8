namespace WalParser.Tool.History;

/// <summary>Takes the parts of which an element or its value consists.</summary>
internal interface IPartWriter
{
    /// <summary>A part that may be any bytes.</summary>
    void Bytes(string name, ReadOnlySpan<byte> bytes);

    /// <summary>The fields of a stream's entry and their values.</summary>
    void Fields(ReadOnlySpan<byte> entry);

    /// <summary>A part that is text.</summary>
    void Text(string name, string text);

    /// <summary>A part that is a number.</summary>
    void Number(string name, ulong number);
}
