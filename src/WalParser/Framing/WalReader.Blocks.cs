namespace WalParser.Framing;

/// <content>The log's blocks as they lie, for salvage, which looks into what ordinary reading passes over.</content>
public sealed partial class WalReader
{
    /// <summary>Why the input ended, if it is a compressed copy that is damaged there.</summary>
    internal string? CopyDamage => _copy?.Damage;

    /// <summary>
    /// The next block; null behind the last, which is short, perhaps empty. It is valid until the next call. A reader from which blocks are
    /// taken reads nothing else.
    /// </summary>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadBlockAsync(CancellationToken cancellationToken)
    {
        while (!_suppliedLast)
        {
            while (!HasBlock)
            {
                ReleaseBuffer();
                TakeBuffer(await _input.ReadAsync(cancellationToken).ConfigureAwait(false));
            }

            ReadOnlyMemory<byte> block = NextBlock();
            if (_mayBeCopy && TryOpenCopy(block))
            {
                continue;
            }

            _buffer = _buffer.Slice(block.Length);
            _suppliedLast = block.Length < FragmentReader.BlockSize;
            return block;
        }

        return null;
    }
}
