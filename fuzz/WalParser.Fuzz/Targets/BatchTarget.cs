using System.Collections.Immutable;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.Transactions;
using WalParser.WideColumns;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Reads a write batch, with and without timestamps. Operations and damage account for every byte, the count is correct, and a second
/// reading with a handler has the same result. Transactions, entities and blob indexes accept any operation.
/// </summary>
internal sealed class BatchTarget : FuzzTarget
{
    private static readonly TimestampSizes Sizes = MakeSizes();

    public override string Name => "batch";

    public override string Description => "a write batch: operations and damage account for every byte";

    public override int MaxInputSize => 20_000;

    public override IMutator? Structure { get; } = new BatchMutator();

    public override void Run(byte[] input)
    {
        Read(input, TimestampSizes.None);
        Read(input, Sizes);
        Assemble(input, TimestampSizes.None);
        Assemble(input, Sizes);
    }

    private static TimestampSizes MakeSizes()
    {
        ImmutableSortedDictionary<uint, int>.Builder sizes = TimestampSizes.None.ToBuilder();
        sizes.Add(0, 8);
        sizes.Add(2, 1);
        return TimestampSizes.Of(sizes);
    }

    private static void Read(byte[] input, TimestampSizes sizes)
    {
        var batch = new WriteBatch(input, sizes);
        int end = Math.Min(WriteBatch.HeaderSize, input.Length);
        uint counted = 0;
        int operations = 0;
        WriteBatch.Enumerator enumerator = batch.GetEnumerator();
        while (enumerator.MoveNext())
        {
            WriteBatchOperation operation = enumerator.Current;
            Check(enumerator.Offset > end, "an operation consumes nothing");
            int fields = operation.KeyWithTimestamp.Length + operation.Value.Length + operation.Xid.Length
                + operation.EndKey.Length + operation.EndTimestamp.Length + (operation.HasKey ? 0 : operation.Timestamp.Length);
            Check(fields < enumerator.Offset - end + 1, "an operation is larger than its bytes");
            end = enumerator.Offset;
            counted += operation.HasKey ? 1u : 0;
            operations++;
            ReadValue(operation);
        }

        Finding? corruption = batch.Finding;
        if (corruption is { } damage)
        {
            Check(damage.Offset >= end || damage.Kind == FindingKind.BatchTooSmall, "damage before the last operation");
            Check(damage.Offset + damage.Bytes == input.Length, "operations and damage do not account for the batch", damage.Reason);
            Check(damage.Reason.Length > 0, "damage without a reason");
        }
        else
        {
            Check(end == input.Length, "bytes are skipped without a report");
            Check(counted == batch.Count, "a wrong count is not reported");
        }

        var counter = new Counter();
        var again = new WriteBatch(input, sizes);
        Check(again.Iterate(counter) == corruption && counter.Operations == operations, "a handler receives other operations");
    }

    private static void ReadValue(WriteBatchOperation operation)
    {
        switch (operation.Type)
        {
            case OperationType.PutBlobIndex:
                Check(
                    BlobIndex.TryRead(operation.Value, out _, out string? reason) == (reason is null),
                    "an invalid blob index without a reason");
                break;

            case OperationType.PutEntity when WideColumnEntity.TryRead(operation.Value, out WideColumnEntity entity, out _):
                int columns = 0;
                long bytes = 0;
                foreach (WideColumn column in entity)
                {
                    columns++;
                    bytes += column.Name.Length + column.Value.Length;
                }

                Check(columns == entity.Count && bytes <= operation.Value.Length, "the columns of an entity are wrong");
                break;
        }
    }

    /// <summary>Assembles transactions of the batch, and of the same batch again, as the next one in a log.</summary>
    private static void Assemble(byte[] input, TimestampSizes sizes)
    {
        var assembler = new TransactionAssembler();
        for (int i = 0; i < 2; i++)
        {
            var batch = new WriteBatch(input, sizes);
            foreach (CommittedOperation committed in assembler.Process(ref batch, offset: i * 1000))
            {
                Check(
                    committed.Operation.HasKey || committed.Operation.Type == OperationType.LogData,
                    "a mark is committed as an operation");
            }
        }

        _ = assembler.ListPrepared();
    }

    private sealed class Counter : IWriteBatchHandler
    {
        public int Operations { get; private set; }

        public void Put(WriteBatchOperation operation) => Operations++;

        public void Delete(WriteBatchOperation operation) => Operations++;

        public void SingleDelete(WriteBatchOperation operation) => Operations++;

        public void DeleteRange(WriteBatchOperation operation) => Operations++;

        public void Merge(WriteBatchOperation operation) => Operations++;

        public void PutBlobIndex(WriteBatchOperation operation) => Operations++;

        public void PutEntity(WriteBatchOperation operation) => Operations++;

        public void TimedPut(WriteBatchOperation operation) => Operations++;

        public void LogData(WriteBatchOperation operation) => Operations++;

        public void MarkBeginPrepare(WriteBatchOperation operation) => Operations++;

        public void MarkEndPrepare(WriteBatchOperation operation) => Operations++;

        public void MarkCommit(WriteBatchOperation operation) => Operations++;

        public void MarkCommitWithTimestamp(WriteBatchOperation operation) => Operations++;

        public void MarkRollback(WriteBatchOperation operation) => Operations++;

        public void MarkNoop(WriteBatchOperation operation) => Operations++;
    }
}
