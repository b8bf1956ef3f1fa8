namespace WalParser.IO;

/// <summary>One block of a log, as a <see cref="BlockSource"/> returns it.</summary>
/// <param name="Bytes">
/// The bytes of the block, <see cref="BlockSource.BlockSize"/> or fewer, in place in the buffer of the source. Valid until the source reads
/// the next block.
/// </param>
/// <param name="Offset">The offset of the block in the log, in bytes.</param>
/// <param name="MayGrow">
/// Whether the log is still being written, so that the source may return the block again with other bytes past the last whole fragment.
/// </param>
internal readonly record struct LogBlock(ArraySegment<byte> Bytes, long Offset, bool MayGrow = false)
{
    /// <summary>
    /// Whether the block is shorter than <see cref="BlockSource.BlockSize"/>: RocksDB recognizes the last block of a log by that.
    /// </summary>
    public bool IsShort => Bytes.Count < BlockSource.BlockSize;
}
