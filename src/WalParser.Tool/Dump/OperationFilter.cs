using WalParser.Batches;

namespace WalParser.Tool.Dump;

/// <summary>Which operations are shown. What is not asked for lets everything pass.</summary>
internal sealed record OperationFilter
{
    /// <summary>The lowest sequence number.</summary>
    public ulong? FromSequence { get; init; }

    /// <summary>The highest.</summary>
    public ulong? ToSequence { get; init; }

    /// <summary>Column family ids; null for all. Operations without a column family do not match any.</summary>
    public IReadOnlyCollection<uint>? ColumnFamilies { get; init; }

    /// <summary>Types.</summary>
    public IReadOnlyCollection<OperationType> Types { get; init; } = [];

    /// <summary>What the key begins with; operations without a key do not match.</summary>
    public ReadOnlyMemory<byte>? KeyPrefix { get; init; }

    /// <summary>Whether anything is filtered at all: only then does a record without a match go unshown.</summary>
    public bool IsActive =>
        FromSequence is not null || ToSequence is not null || ColumnFamilies is not null || Types.Count > 0 || KeyPrefix is not null;

    public bool Matches(in WriteBatchOperation operation) =>
        (FromSequence is not { } from || operation.Sequence >= from)
        && (ToSequence is not { } to || operation.Sequence <= to)
        && (ColumnFamilies is null || (operation.HasKey && ColumnFamilies.Contains(operation.ColumnFamily)))
        && (Types.Count == 0 || Types.Contains(operation.Type))
        && (KeyPrefix is not { } prefix || (operation.HasKey && operation.Key.StartsWith(prefix.Span)));
}
