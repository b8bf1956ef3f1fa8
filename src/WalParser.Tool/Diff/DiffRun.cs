using WalParser.Batches;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.LogRecords;
using WalParser.Tool.Dump;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Diff;

/// <summary>
/// Compares the WALs of two databases, operation by operation, from the first sequence number that both have until they differ. A batch may
/// be split on one side and whole on the other: the bytes of the operations and their sequence numbers are compared.
/// </summary>
internal sealed class DiffRun(DiffSide left, DiffSide right)
{
    private readonly KvrocksDecoder _left = NewDecoder(left);
    private readonly KvrocksDecoder _right = NewDecoder(right);

    /// <summary>The ranges of sequence numbers that one side lacks.</summary>
    public List<(DiffSide Side, ulong From, ulong To)> Missing { get; } = [];

    /// <summary>
    /// The ranges of sequence numbers that both sides have and that were not compared, because a batch of one side begins there inside a
    /// batch of the other.
    /// </summary>
    public List<(ulong From, ulong To)> Uncompared { get; } = [];

    /// <summary>The sequence numbers that both sides have, with the same operations.</summary>
    public SequenceRanges Same { get; } = new();

    /// <summary>The replication ids that only one side contains, in batches that change nothing.</summary>
    public List<(DiffSide Side, ulong Sequence, byte[] Id)> ReplicationIds { get; } = [];

    /// <summary>The sequence number with which the comparison began; null if the sides have no number in common.</summary>
    public ulong? From { get; private set; }

    /// <summary>The last sequence number that is the same on both sides; null if there is none.</summary>
    public ulong? To => Same.Last;

    /// <summary>
    /// The sequence number of the first operation that differs, which may lie inside the current batches; null if the sides do not differ.
    /// </summary>
    public ulong? DivergesAt { get; private set; }

    /// <summary>The number of batches of the left side that are the same on the right side.</summary>
    public long Batches { get; private set; }

    /// <summary>Whether the sides differ. Their current batches are then the first that differ.</summary>
    public bool Differs => DivergesAt is not null;

    /// <summary>Compares the sides. If they do not differ, both are read to their ends.</summary>
    public async Task CompareAsync()
    {
        await left.MoveAsync();
        await right.MoveAsync();
        if (left.HasBatch && right.HasBatch)
        {
            ulong first = Math.Max(left.Batches.Batch.Sequence, right.Batches.Batch.Sequence);
            await AlignAsync(first);
            AddUncompared(first);
            From = left.HasBatch && right.HasBatch ? left.Batches.Batch.Sequence : null;
        }

        while (left.HasBatch && right.HasBatch)
        {
            if (left.IsAtStart && right.IsAtStart && await SkipGapAsync())
            {
                continue;
            }

            if (!IsSameSoFar())
            {
                if (await SkipIdleAsync())
                {
                    continue;
                }

                FindDivergence();
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

        await left.SkipAsync(ulong.MaxValue);
        await right.SkipAsync(ulong.MaxValue);
    }

    /// <summary>Writes the current batch of a side as <c>dump --kvrocks</c> does.</summary>
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

    /// <summary>Returns the replication id in the current batch of a side, or null if it contains none.</summary>
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

    /// <summary>
    /// Moves both sides to batches that begin with the same sequence number, which is at least <paramref name="sequence"/>.
    /// </summary>
    private async ValueTask AlignAsync(ulong sequence)
    {
        while (true)
        {
            await left.SkipAsync(sequence);
            await right.SkipAsync(sequence);
            if (!left.HasBatch || !right.HasBatch || left.Batches.Batch.Sequence == right.Batches.Batch.Sequence)
            {
                return;
            }

            // The batch is split on the other side, or this side lacks sequence numbers.
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

    /// <summary>Notes that what both sides have from a number up to the current batches was not compared.</summary>
    private void AddUncompared(ulong from)
    {
        ulong next = Math.Min(NextOf(left), NextOf(right));
        if (next > from)
        {
            Uncompared.Add((from, next - 1));
        }

        static ulong NextOf(DiffSide side) => side.HasBatch ? side.Batches.Batch.Sequence : (side.Last ?? 0) + 1;
    }

    /// <summary>
    /// If one side is ahead because it lacks sequence numbers, moves the other side there, which may then lack the next ones. The gap
    /// itself was reported. Returns true if a side has moved.
    /// </summary>
    private async ValueTask<bool> SkipGapAsync()
    {
        ulong atLeft = left.Batches.Batch.Sequence;
        ulong atRight = right.Batches.Batch.Sequence;
        (DiffSide ahead, DiffSide behind) = atLeft > atRight ? (left, right) : (right, left);
        if (atLeft == atRight || !ahead.IsAfterGap)
        {
            return false;
        }

        ulong to = Math.Max(atLeft, atRight);
        Missing.Add((ahead, Math.Min(atLeft, atRight), to - 1));
        await behind.SkipAsync(to);
        if (behind.HasBatch && behind.Batches.Batch.Sequence < to)
        {
            await AlignAsync(behind.Batches.Next);
            AddUncompared(to);
        }

        return true;
    }

    /// <summary>
    /// Returns true if both sides continue with the same sequence number. Between batches the sequence numbers must agree. A batch that is
    /// split on the other side must continue there without a break.
    /// </summary>
    private bool IsSequenceSame() => left.IsAtStart && right.IsAtStart
        ? left.Batches.Batch.Sequence == right.Batches.Batch.Sequence
        : !(left.IsAtStart && left.Batches.SequenceFindings.Count > 0)
            && !(right.IsAtStart && right.Batches.SequenceFindings.Count > 0);

    /// <summary>Compares the bytes that both sides have left of their current batches, and moves past them if they are the same.</summary>
    private bool IsSameSoFar()
    {
        if (!IsSequenceSame())
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
    /// Finds the first operation that differs. The operations before it in the current batches are the same, and so are their numbers.
    /// </summary>
    private void FindDivergence()
    {
        int same = IsSequenceSame() ? left.Rest.CommonPrefixLength(right.Rest) : 0;
        ulong at = Math.Min(left.SequenceAt(left.Position + same), right.SequenceAt(right.Position + same));
        at = Math.Max(at, (To + 1) ?? 0);
        ulong first = Math.Max(left.Batches.Batch.Sequence, right.Batches.Batch.Sequence);
        if (at > first && at > From)
        {
            Same.Add(first, at - 1);
        }

        DivergesAt = at;
    }

    /// <summary>
    /// If one side has a batch without sequence numbers, skips the batch. A command that changes nothing writes such a batch of log data
    /// only, and a replica that continued from a sequence number lacks it.
    /// </summary>
    private async ValueTask<bool> SkipIdleAsync()
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
        // The decoder learns the types of keys, which it needs for elements in case the sides differ later.
        WriteBatch batch = side.Batches.Batch;
        DecoderOf(side).BeginBatch(batch);

        if (side.Batches.Next > side.Batches.Batch.Sequence)
        {
            Same.Add(side.Batches.Batch.Sequence, side.Batches.Next - 1);
        }

        await side.MoveAsync();
    }
}
