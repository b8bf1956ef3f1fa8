namespace WalParser.Kvrocks.Rdb;

/// <summary>Something that an RDB file does not express as the dataset has it.</summary>
public sealed class RdbNote
{
    internal RdbNote(RdbNoteKind kind, string type, long count, IReadOnlyList<ReadOnlyMemory<byte>> examples)
    {
        Kind = kind;
        Type = type;
        Count = count;
        Examples = examples;
    }

    /// <summary>The kind.</summary>
    public RdbNoteKind Kind { get; }

    /// <summary>The name of the keys' type as Kvrocks's TYPE reports it.</summary>
    public string Type { get; }

    /// <summary>The number of keys.</summary>
    public long Count { get; }

    /// <summary>The first few of the keys.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Examples { get; }

    /// <summary>Whether the keys are not in the file.</summary>
    public bool IsOmission =>
        Kind is RdbNoteKind.NoRdbType or RdbNoteKind.NoElements or RdbNoteKind.SparseBitmap or RdbNoteKind.RepeatedKey
            or RdbNoteKind.Empty;
}
