using WalParser.Batches;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.LogRecords;
using WalParser.Tool.Dump;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Diff;

/// <summary>
/// Compares two sets of logs, operation by operation, from the sequence number on that both have, until they part. A batch may be split on one side and
/// whole on the other: what counts are the bytes of the operations and the numbers they take.
/// </summary>
internal sealed class DiffRun(DiffSide left, DiffSide right)
{
    private readonly KvrocksDecoder _left = NewDecoder(left);
    private readonly KvrocksDecoder _right = NewDecoder(right);

    /// <summary>Stretches that one side does not have.</summary>
    public List<(DiffSide Side, ulong From, ulong To)> Missing { get; } = [];

    /// <summary>Replication ids that one side alone notes in batches that change nothing.</summary>
    public List<(DiffSide Side, ulong Sequence, byte[] Id)> ReplicationIds { get; } = [];

    /// <summary>With which number the comparison began; null if the sides have no number in common.</summary>
    public ulong? From { get; private set; }

    /// <summary>The last number up to which both are the same; null if none is.</summary>
    public ulong? To { get; private set; }

    /// <summary>How many batches of the left side are the same.</summary>
    public long Batches { get; private set; }

    /// <summary>Whether the sides part, at the batches at which they then stand.</summary>
    public bool HasParted { get; private set; }

    /// <summary>Compares. If the sides do not part, both are read to their ends.</summary>
    public async Task CompareAsync()
    {
        await left.MoveAsync();
        await right.MoveAsync();
        if (left.HasBatch && right.HasBatch)
        {
            await AlignAsync(Math.Max(left.Batches.Batch.Sequence, right.Batches.Batch.Sequence));
            From = left.HasBatch && right.HasBatch ? left.Batches.Batch.Sequence : null;
        }

        while (left.HasBatch && right.HasBatch)
        {
            if (left.IsAtStart && right.IsAtStart && await PassGapAsync())
            {
                continue;
            }

            if (!IsSameSoFar())
            {
                if (await PassIdleAsync())
                {
                    continue;
                }

                HasParted = true;
                return;
            }

            bool isLeftDone = left.Rest.IsEmpty;
            bool isRightDone = right.Rest.IsEmpty;
            if (isLeftDone)
            {
                await EndBatchAsync(left);
                Batches++;
            }

            if (isRightDone)
            {
                await EndBatchAsync(right);
            }
        }

        await left.PassAsync(ulong.MaxValue);
        await right.PassAsync(ulong.MaxValue);
    }

    /// <summary>Has the batch shown at which a side stands, as <c>dump --kvrocks</c> shows it.</summary>
    public void Show(DiffSide side, IDumpWriter writer)
    {
        KvrocksDecoder decoder = DecoderOf(side);
        WriteBatch batch = side.Batches.Batch;
        FamilyNames names = side.Batches.FamilyNames;
        writer.BeginFile(side.Batches.Input, names);
        writer.WriteRecord(side.Batches.Record, batch);
        decoder.BeginBatch(batch);
        foreach (WriteBatchOperation operation in batch)
        {
            writer.WriteOperation(operation, null, null, decoder.Decode(operation));
        }
    }

    /// <summary>The replication id that the batch notes at which a side stands, or null.</summary>
    public static byte[]? ReplicationIdOf(DiffSide side)
    {
        foreach (WriteBatchOperation operation in side.Batches.Batch)
        {
            if (operation.Type == OperationType.LogData
                && KvrocksLogData.Read(operation.Value) is { Kind: KvrocksLogDataKind.Server } logData)
            {
                return logData.Arguments.ToArray();
            }
        }

        return null;
    }

    private static KvrocksDecoder NewDecoder(DiffSide side) =>
        new(new KvrocksDecoderOptions { SlotEncoding = side.Batches.SlotEncoding, Families = side.Batches.FamilyNames.ForKvrocks });

    private KvrocksDecoder DecoderOf(DiffSide side) => side == left ? _left : _right;

    /// <summary>Moves both sides to where a batch of each begins with the same number, which is not before <paramref name="sequence"/>.</summary>
    private async ValueTask AlignAsync(ulong sequence)
    {
        while (true)
        {
            await left.PassAsync(sequence);
            await right.PassAsync(sequence);
            if (!left.HasBatch || !right.HasBatch || left.Batches.Batch.Sequence == right.Batches.Batch.Sequence)
            {
                return;
            }

            // A batch that is cut in two on the other side, or numbers that are missing here.
            sequence = Math.Max(left.Batches.Batch.Sequence, right.Batches.Batch.Sequence);
            if (left.Batches.Batch.Sequence < sequence && left.Batches.Next > sequence)
            {
                sequence = left.Batches.Next;
            }
            else if (right.Batches.Batch.Sequence < sequence && right.Batches.Next > sequence)
            {
                sequence = right.Batches.Next;
            }
        }
    }

    /// <summary>If one side is ahead because it lacks numbers, goes on where it does; the loss itself was told. True if the sides have moved.</summary>
    private async ValueTask<bool> PassGapAsync()
    {
        ulong atLeft = left.Batches.Batch.Sequence;
        ulong atRight = right.Batches.Batch.Sequence;
        DiffSide ahead = atLeft > atRight ? left : right;
        if (atLeft == atRight || !ahead.IsBehindGap)
        {
            return false;
        }

        Missing.Add((ahead, Math.Min(atLeft, atRight), Math.Max(atLeft, atRight) - 1));
        await AlignAsync(Math.Max(atLeft, atRight));
        return true;
    }

    /// <summary>Compares what both sides have at hand, and passes it if it is the same.</summary>
    private bool IsSameSoFar()
    {
        // Between batches the numbers must agree; a batch that the other side has in parts must go on without a break.
        bool isBetween = left.IsAtStart && right.IsAtStart;
        if (isBetween
            ? left.Batches.Batch.Sequence != right.Batches.Batch.Sequence
            : (left.IsAtStart && left.Batches.Break is not null) || (right.IsAtStart && right.Batches.Break is not null))
        {
            return false;
        }

        int length = Math.Min(left.Rest.Length, right.Rest.Length);
        if (!left.Rest[..length].SequenceEqual(right.Rest[..length]))
        {
            return false;
        }

        left.Position += length;
        right.Position += length;
        return true;
    }

    /// <summary>
    /// If one side has a batch that takes no number, as a command writes that changed nothing, passes it: it is log data alone, and a replica that went on from
    /// a sequence number does not have it.
    /// </summary>
    private async ValueTask<bool> PassIdleAsync()
    {
        foreach (DiffSide side in (DiffSide[])[left, right])
        {
            if (left.IsAtStart && right.IsAtStart && side.Batches.Next == side.Batches.Batch.Sequence)
            {
                if (ReplicationIdOf(side) is { } id)
                {
                    ReplicationIds.Add((side, side.Batches.Batch.Sequence, id));
                }

                await side.MoveAsync();
                return true;
            }
        }

        return false;
    }

    private async ValueTask EndBatchAsync(DiffSide side)
    {
        // So that elements are known by the type of their key, should the sides part later.
        WriteBatch batch = side.Batches.Batch;
        DecoderOf(side).BeginBatch(batch);

        if (side.Batches.Next > side.Batches.Batch.Sequence)
        {
            To = Math.Max(To ?? 0, side.Batches.Next - 1);
        }

        await side.MoveAsync();
    }
}
