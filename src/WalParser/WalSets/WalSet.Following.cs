using System.Runtime.CompilerServices;
using WalParser.Batches;

namespace WalParser.WalSets;

/// <content>The view that does not end.</content>
public sealed partial class WalSet
{
    /// <summary>
    /// Everything, as <see cref="OpenReader"/> gives it, and then what is being written, as it is written; on into the WALs that come into
    /// being. It ends only by <paramref name="cancellationToken"/>, or where there can be nothing more because the last WAL is no file.
    /// <para>
    /// The folder is looked at anew, so that the set need not be new. Of a set of single WALs, the last one is followed, and then those that come
    /// after it in its folder. A WAL that was opened is read to its end even if it is moved to the archive, or deleted.
    /// </para>
    /// <para>
    /// What is not whole at the end of a WAL is taken for not yet written, until a later WAL holds a record: RocksDB writes to one after the other.
    /// Only then does the WAL end, with what an ordinary reading says of its end. Damage inside a WAL is told once the writer has gone on behind it.
    /// A WAL that is gone before it could be opened, or is cut off or exchanged while it is read, is a <see cref="WalSetEntryKind.Problem"/>.
    /// </para>
    /// </summary>
    /// <param name="options">Where to begin, and how often to look.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The entries, in order. An entry is valid until the next is asked for.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
            : FollowedWals.In(Folder.Path, start == 0 ? null : Files[start].LogNumber, options);
        await using var reader = new WalSetReader(wals, ReaderOptions(_options.Mode), new PredecessorCheck(null, isFirst: false));
        bool hasBegun = options.Start == FollowStart.Beginning;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hasBegun = hasBegun || Begins(options.Start, wals, reader);
            if (hasBegun || reader.Kind is WalSetEntryKind.FileStart or WalSetEntryKind.FileEnd or WalSetEntryKind.Problem)
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
