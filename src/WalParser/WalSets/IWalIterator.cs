namespace WalParser.WalSets;

/// <summary>
/// Goes through what WALs hold from a sequence number on: batches (<see cref="WalUpdates"/>), or what a layer above makes of them.
/// <code>
/// await using IWalIterator&lt;WalUpdate&gt; updates = set.OpenIterator();
/// await updates.SeekAsync(since);
/// while (await updates.MoveNextAsync()) { … updates.Current … }
/// // later, where it left off: SeekAsync(updates.NextSequence)
/// </code>
/// An instance is not safe for use by several threads at once; several instances over the same WALs are.
/// </summary>
/// <typeparam name="T">What it goes through; may be a <c>ref struct</c> over the WAL's bytes.</typeparam>
public interface IWalIterator<out T> : IAsyncDisposable
    where T : allows ref struct
{
    /// <summary>Where the iterator stands. Its bytes are valid until the next move or seek.</summary>
    /// <exception cref="InvalidOperationException">It stands nowhere: the last move returned false, or there was none.</exception>
    T Current { get; }

    /// <summary>
    /// The sequence number behind what <see cref="Current"/> takes, or, before the first move, the one that was sought: where to seek in order to
    /// go on. At the end it stays what it was.
    /// </summary>
    ulong NextSequence { get; }

    /// <summary>
    /// Goes to just before what holds <paramref name="sequence"/>, forwards or back; <see cref="MoveNextAsync"/> then moves to it, or, where it is missing, to
    /// what comes after it.
    /// </summary>
    /// <param name="sequence">The sequence number.</param>
    /// <param name="cancellationToken">Ends the wait for input.</param>
    ValueTask SeekAsync(ulong sequence, CancellationToken cancellationToken = default);

    /// <summary>Moves on; false at the end. Without a seek before it, the first move goes to the beginning.</summary>
    /// <param name="cancellationToken">Ends the wait for input.</param>
    ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken = default);
}
