using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>An entry of a stream.</summary>
/// <param name="Id">The id.</param>
/// <param name="Fields">A field, its value, the next field, and so on.</param>
public sealed record StreamEntry(StreamEntryId Id, IReadOnlyList<ReadOnlyMemory<byte>> Fields)
{
    /// <summary>Reads an entry from its stored value; returns null if the value cannot be read to its end.</summary>
    internal static StreamEntry? Read(StreamEntryId id, ReadOnlySpan<byte> value)
    {
        if (!StreamEntryFields.IsWhole(value))
        {
            return null;
        }

        List<ReadOnlyMemory<byte>> fields = [];
        foreach (ReadOnlySpan<byte> field in new StreamEntryFields(value))
        {
            fields.Add(field.ToArray());
        }

        return new StreamEntry(id, fields);
    }
}
