using WalParser.Batches;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Diff;

/// <summary>One side of a comparison: the batches of a database and the position in them.</summary>
internal sealed class DiffSide(string path, DatabaseBatches batches)
{
    /// <summary>The path in the command line.</summary>
    public string Path { get; } = path;

    /// <summary>The batches.</summary>
    public DatabaseBatches Batches { get; } = batches;

    /// <summary>Whether there is a current batch.</summary>
    public bool HasBatch { get; private set; }

    /// <summary>
    /// The offset in the current batch up to which it was compared, in bytes. It is <see cref="WriteBatch.HeaderSize"/> at the start of the
    /// batch.
    /// </summary>
    public int Position { get; set; }

    /// <summary>The sequence number with which the first batch begins; null if there is no batch.</summary>
    public ulong? First { get; private set; }

    /// <summary>The greatest sequence number in the batches so far; null if they have none.</summary>
    public ulong? Last { get; private set; }

    /// <summary>Whether nothing of the current batch was compared.</summary>
    public bool IsAtStart => Position == WriteBatch.HeaderSize;

    /// <summary>The bytes of the current batch that were not compared yet. They are valid until the next move.</summary>
    public ReadOnlySpan<byte> Rest => Batches.Record.Payload[Position..];

    /// <summary>Whether sequence numbers are missing before the current batch.</summary>
    public bool IsAfterGap => Batches.SequenceFindings.Any(finding => finding.Missing > 0);

    /// <summary>Returns the sequence number of the operation in the current batch to which the byte at an offset belongs.</summary>
    public ulong SequenceAt(int offset)
    {
        WriteBatch batch = Batches.Batch;
        WriteBatch.Enumerator operations = batch.GetEnumerator();
        while (operations.MoveNext())
        {
            if (operations.Position.Offset > offset)
            {
                return operations.Current.Sequence;
            }
        }

        return Batches.Next;
    }

    /// <summary>Moves to the next batch.</summary>
    public async ValueTask MoveAsync()
    {
        HasBatch = await Batches.MoveNextAsync();
        if (HasBatch)
        {
            Position = WriteBatch.HeaderSize;
            ulong first = Batches.Batch.Sequence;
            First ??= first;
            if (Batches.Next > first)
            {
                Last = Math.Max(Last ?? 0, Batches.Next - 1);
            }
        }
    }

    /// <summary>Skips the batches that end before <paramref name="sequence"/>.</summary>
    public async ValueTask SkipAsync(ulong sequence)
    {
        while (HasBatch && Batches.Next <= sequence)
        {
            await MoveAsync();
        }
    }
}
