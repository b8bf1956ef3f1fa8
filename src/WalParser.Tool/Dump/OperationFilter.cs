using WalParser.Batches;

namespace WalParser.Tool.Dump;

/// <summary>Selects the operations that are shown. A condition that is not set matches every operation.</summary>
internal sealed record OperationFilter
{
    /// <summary>The lowest sequence number.</summary>
    public ulong? FromSequence { get; init; }

    /// <summary>The highest.</summary>
    public ulong? ToSequence { get; init; }

    /// <summary>The ids of the column families; null for all. Operations without a column family match none of them.</summary>
    public IReadOnlyCollection<uint>? ColumnFamilies { get; init; }

    /// <summary>The types; empty for all.</summary>
    public IReadOnlyCollection<OperationType> Types { get; init; } = [];

    /// <summary>The prefix of the key. Operations without a key do not match.</summary>
    public ReadOnlyMemory<byte>? KeyPrefix { get; init; }

    /// <summary>Whether any condition is set. Records without a matching operation are hidden only then.</summary>
    public bool IsActive =>
        FromSequence is not null || ToSequence is not null || ColumnFamilies is not null || Types.Count > 0 || KeyPrefix is not null;

    public bool Matches(in WriteBatchOperation operation) =>
        (FromSequence is not { } from || operation.Sequence >= from)
        && (ToSequence is not { } to || operation.Sequence <= to)
        && (ColumnFamilies is null || (operation.HasKey && ColumnFamilies.Contains(operation.ColumnFamily)))
        && (Types.Count == 0 || Types.Contains(operation.Type))
        && (KeyPrefix is not { } prefix || (operation.HasKey && operation.Key.StartsWith(prefix.Span)));
}
