namespace WalParser.WalSets;

/// <summary>
/// Iterates over the contents of WALs from a sequence number on: batches (<see cref="WalUpdates"/>), or the objects that another layer
/// derives from them.
/// <code>
/// await using IWalIterator&lt;WalUpdate&gt; updates = set.OpenIterator();
/// await updates.SeekAsync(since);
/// while (await updates.MoveNextAsync()) { … updates.Current … }
/// // later, to continue: SeekAsync(updates.NextSequence)
/// </code>
/// An instance is not safe for concurrent use by multiple threads; multiple instances may read the same WALs concurrently.
/// </summary>
/// <typeparam name="T">The type of the items; may be a <c>ref struct</c> over the bytes of the WAL.</typeparam>
public interface IWalIterator<out T> : IAsyncDisposable
    where T : allows ref struct
{
    /// <summary>The current item. Its bytes are valid until the next move or seek.</summary>
    /// <exception cref="InvalidOperationException">There is no current item: the last move returned false, or no move was made.</exception>
    T Current { get; }

    /// <summary>
    /// The sequence number after those that <see cref="Current"/> contains or, before the first move, the number that was sought: the
    /// number to seek in order to continue. At the end it keeps its value.
    /// </summary>
    ulong NextSequence { get; }

    /// <summary>
    /// Moves to the position before the item that contains <paramref name="sequence"/>, forward or backward. The next
    /// <see cref="MoveNextAsync"/> moves to this item or, if it is missing, to the next one.
    /// </summary>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="cancellationToken">Cancels the wait for input.</param>
    ValueTask SeekAsync(ulong sequence, CancellationToken cancellationToken = default);

    /// <summary>Moves to the next item. Returns false at the end. If no seek was made, the first move goes to the first item.</summary>
    /// <param name="cancellationToken">Cancels the wait for input.</param>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken = default);
}
