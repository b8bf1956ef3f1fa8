namespace WalParser.IO;

/// <summary>
/// Reads the blocks of a log from an input. The kinds of sources differ in the input: <see cref="PipeBlockSource"/>,
/// <see cref="FileBlockSource"/>, <see cref="CopyBlockSource"/> and <see cref="TailingLog"/>.
/// </summary>
/// <remarks>
/// <para>
/// A log is a sequence of blocks of <see cref="BlockSize"/> bytes. The last block is shorter; it is empty if the size of the log is a
/// multiple of <see cref="BlockSize"/>.
/// </para>
/// <para>
/// <see cref="TryNext"/> returns the blocks that are buffered. When it returns false, <see cref="TryFill"/> or <see cref="FillAsync"/>
/// fills the buffer. A block is valid until the next call of one of these. A source must not be used by several threads at the same time.
/// </para>
/// </remarks>
internal abstract class BlockSource : IDisposable, IAsyncDisposable
{
    /// <summary>The size of a block, in bytes (RocksDB, <c>kBlockSize</c> in <c>db/log_format.h</c>).</summary>
    public const int BlockSize = 32768;

    private bool _hasEnded;

    /// <summary>The compression of the input as a whole. Known after the first block was read.</summary>
    public virtual CompressedCopyFormat CopyFormat => CompressedCopyFormat.None;

    /// <summary>The reason why the input ends before the log does; null if it does not. Known when the last block was read.</summary>
    public virtual string? Damage => null;

    /// <summary>Whether <see cref="Damage"/> is that the content of a compressed copy is larger than the limit.</summary>
    public virtual bool IsTooLarge => false;

    /// <summary>Returns the next block if it is buffered. Does not wait.</summary>
    /// <param name="block">The block.</param>
    /// <returns>False if no whole block is buffered, or if the last block was returned before.</returns>
    /// <exception cref="IOException">The input failed.</exception>
    public abstract bool TryNext(out LogBlock block);

    /// <summary>Fills the buffer without waiting for the input.</summary>
    /// <returns>False if that does not complete a block: <see cref="FillAsync"/> waits for it.</returns>
    /// <exception cref="IOException">The input failed.</exception>
    public abstract bool TryFill();

    /// <summary>
    /// Fills the buffer until it contains a block, and waits for the input where necessary. Completes synchronously if the input does not
    /// have to be waited for. <see cref="TryNext"/> may return false afterwards; then the call is to be repeated.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait. No input is lost.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public abstract ValueTask FillAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Returns the block that <see cref="TryNext"/> returned last, as it is now. Only blocks with <see cref="LogBlock.MayGrow"/> can be
    /// read again.
    /// </summary>
    /// <param name="position">The position of the reader.</param>
    /// <param name="block">The block: at least the bytes before <paramref name="position"/>, which are unchanged.</param>
    /// <returns>False if the reader has to wait with <see cref="FillAsync"/> first.</returns>
    /// <exception cref="IOException">The input failed.</exception>
    public virtual bool TryReadAgain(in TailPosition position, out LogBlock block)
    {
        block = default;
        return false;
    }

    /// <summary>Reads the next block, and waits for it where necessary.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The block; null after the last block.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public async ValueTask<LogBlock?> ReadAsync(CancellationToken cancellationToken)
    {
        while (!_hasEnded)
        {
            if (TryNext(out LogBlock block))
            {
                _hasEnded = block.IsShort;
                return block;
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Closes the input and releases the buffers. May be called several times.</summary>
    public abstract void Dispose();

    /// <summary>Closes the input and releases the buffers. May be called several times.</summary>
    public abstract ValueTask DisposeAsync();
}
