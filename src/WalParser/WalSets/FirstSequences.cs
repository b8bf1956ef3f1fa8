using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>
/// The sequence number of the first batch of each WAL, read on first use. Safe for concurrent use by multiple threads: two threads that
/// request a number at the same time may both read it, with the same result.
/// </summary>
internal sealed class FirstSequences(IReadOnlyList<WalFile> files)
{
    // ulong.MaxValue marks a WAL without a batch, because no sequence number reaches it; null marks a WAL that was not read yet.
    private readonly FirstSequence[] _known = new FirstSequence[files.Count];

    public async ValueTask<ulong> GetAsync(int index, WalReaderOptions options, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _known[index]) is { } known)
        {
            return known.Value;
        }

        ulong found = await ReadAsync(files[index], options, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _known[index], new FirstSequence(found));
        return found;
    }

    private static async ValueTask<ulong> ReadAsync(WalFile file, WalReaderOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using WalReader reader = file.Open(options);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (reader.Kind == WalEntryKind.Record && new WriteBatch(reader.Record) is { HasValidHeader: true } batch)
                {
                    return batch.Sequence;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reader of the set reads the same WAL and reports the failure.
        }

        return ulong.MaxValue;
    }

    private sealed record FirstSequence(ulong Value);
}
