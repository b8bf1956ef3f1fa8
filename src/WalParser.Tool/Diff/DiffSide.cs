using WalParser.Batches;
using WalParser.Tool.Inputs;
using WalParser.WalSets;

namespace WalParser.Tool.Diff;

/// <summary>One of two sets of logs: where its comparison stands.</summary>
internal sealed class DiffSide(string path, DatabaseBatches batches)
{
    /// <summary>The path that was given.</summary>
    public string Path { get; } = path;

    /// <summary>Its batches.</summary>
    public DatabaseBatches Batches { get; } = batches;

    /// <summary>Whether there is a batch at hand.</summary>
    public bool HasBatch { get; private set; }

    /// <summary>How much of the batch at hand was compared, in bytes; a batch that was not begun is at <see cref="WriteBatch.HeaderSize"/>.</summary>
    public int Position { get; set; }

    /// <summary>The number with which the first batch of all begins; null if there is none.</summary>
    public ulong? First { get; private set; }

    /// <summary>The greatest number that any batch so far takes; null if none takes any.</summary>
    public ulong? Last { get; private set; }

    /// <summary>Whether the batch at hand was not begun.</summary>
    public bool IsAtStart => Position == WriteBatch.HeaderSize;

    /// <summary>What was not compared yet of the batch at hand.</summary>
    public ReadOnlySpan<byte> Rest => Batches.Record.Payload[Position..];

    /// <summary>Whether numbers are missing before the batch at hand.</summary>
    public bool IsBehindGap => Batches.Break is { Kind: SequenceBreakKind.Gap };

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

    /// <summary>Passes the batches that end before <paramref name="sequence"/>.</summary>
    public async ValueTask PassAsync(ulong sequence)
    {
        while (HasBatch && Batches.Next <= sequence)
        {
            await MoveAsync();
        }
    }
}
