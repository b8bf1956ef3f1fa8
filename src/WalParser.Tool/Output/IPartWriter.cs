using WalParser.Kvrocks.Elements;

namespace WalParser.Tool.Output;

/// <summary>Writes the parts of an element, its value, or another record, each with a name.</summary>
internal interface IPartWriter
{
    /// <summary>Writes a part that may be any bytes.</summary>
    void Bytes(string name, ReadOnlySpan<byte> bytes);

    /// <summary>Writes a part that is the text of a program, which has several lines.</summary>
    void Code(string name, ReadOnlySpan<byte> code);

    /// <summary>Writes a part that is a list of any bytes.</summary>
    void List(string name, IReadOnlyList<ReadOnlyMemory<byte>> items);

    /// <summary>Writes the fields of a stream entry and their values.</summary>
    void Fields(ReadOnlySpan<byte> entry);

    /// <summary>Writes the samples of a chunk of a time series.</summary>
    void Samples(TimeSeriesChunk chunk);

    /// <summary>Writes the values in the buffer of a t-digest.</summary>
    void Values(TDigestBuffer buffer);

    /// <summary>Writes a part that is text.</summary>
    void Text(string name, string text);

    /// <summary>Writes a part that is a whole number.</summary>
    void Number(string name, ulong number);

    /// <summary>Writes a part that is a number.</summary>
    void Number(string name, double number);
}
