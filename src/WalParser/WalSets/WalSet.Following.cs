using System.Runtime.CompilerServices;
using WalParser.Batches;

namespace WalParser.WalSets;

/// <content>Following a database that is being written to.</content>
public sealed partial class WalSet
{
    /// <summary>
    /// Reads everything, as <see cref="OpenReader"/> does, and then new data as it is written, including that in WALs that are created
    /// later. The enumeration ends when <paramref name="cancellationToken"/> is canceled, or when no more data can follow because the last
    /// WAL is not a file.
    /// <para>
    /// The folder is listed again, so the set need not be up to date. In a set of single WALs, the last one is followed, and then those
    /// that come after it in its folder. An open WAL is read to its end even if it is moved to the archive, or deleted.
    /// </para>
    /// <para>
    /// Incomplete data at the end of a WAL counts as not yet written until a later WAL contains a record, because RocksDB writes to one WAL
    /// after another. Only then does the WAL end, with the findings of an ordinary read. Damage inside a WAL is reported once the writer
    /// has written past it. A WAL that disappears before it is opened, or that is truncated or replaced while it is read, is a
    /// <see cref="WalSetEntryKind.DatabaseFinding"/>.
    /// </para>
    /// </summary>
    /// <param name="options">The position at which to begin, and the poll interval; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The entries, in order. An entry is valid until the next one is requested.</returns>
    /// <exception cref="OperationCanceledException">The enumeration was canceled.</exception>
    public async IAsyncEnumerable<WalSetEntry> FollowAsync(
        FollowOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new FollowOptions();
        options.Validate();
        int start = options.Start.Sequence is { } wanted
            ? await FindStartAsync(wanted, cancellationToken).ConfigureAwait(false)
            : options.Start.IsEnd ? Math.Max(0, Files.Count - 1) : 0;
        FollowedWals wals = Folder is null
            ? new FollowedWals(Files.Skip(start), options.PollInterval)
            : FollowedWals.In(Folder.WalFolder, start == 0 ? null : Files[start].LogNumber, options);
        await using var reader = new WalSetReader(
            wals, ReaderOptions(_options.Mode), new PredecessorCheck(null, isFirst: false), Comparators);
        bool hasBegun = options.Start == FollowStart.Beginning;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hasBegun = hasBegun || Begins(options.Start, wals, reader);
            if (hasBegun || reader.Kind is WalSetEntryKind.FileStart or WalSetEntryKind.FileEnd or WalSetEntryKind.DatabaseFinding)
            {
                yield return new WalSetEntry(reader);
            }
        }
    }

    private static bool Begins(FollowStart start, FollowedWals wals, WalSetReader reader) => start.Sequence is { } wanted
        ? reader.Kind == WalSetEntryKind.Record
            && reader.Record.Payload.Length >= WriteBatch.HeaderSize
            && (reader.Batch.Sequence >= wanted || reader.NextSequence > wanted)
        : wals.HasWaited;
}
