using System.Buffers;
using WalParser.Compression;

namespace WalParser.IO;

/// <summary>
/// Reads the blocks of a log from an input that may be a compressed copy of it, which the first block decides. The content of a copy that
/// is damaged ends at the damage, and <see cref="Damage"/> is the reason.
/// </summary>
/// <param name="input">The input.</param>
/// <param name="probe">Decides whether a block is one of a log.</param>
/// <param name="dictionaries">The dictionaries that Zstandard frames of a copy may name.</param>
/// <param name="maxSize">The largest size of the content, in bytes; null for <see cref="CopyLimit.Default"/>.</param>
internal sealed class CopyBlockSource(
    RawBlockSource input, IBlockProbe probe, ZstdDictionaries dictionaries, long? maxSize = null) : BlockSource
{
    private bool _isDecided;
    private CompressedCopyFormat _format;
    private string? _damage;
    private bool _isTooLarge;

    // Null unless the input is a compressed copy.
    private Stream? _content;
    private byte[]? _array;
    private BlockBuffer? _buffer;

    public override CompressedCopyFormat CopyFormat => _format;

    public override string? Damage => _damage;

    public override bool IsTooLarge => _isTooLarge;

    /// <summary>
    /// Returns the compression of an input. The first bytes of a log are a checksum, which can be the same as the first bytes of any
    /// format; if the input begins with an intact fragment, it is a log.
    /// </summary>
    /// <param name="firstBlock">The first block of the input.</param>
    /// <param name="probe">Decides whether a block is one of a log.</param>
    public static CompressedCopyFormat FormatOf(ArraySegment<byte> firstBlock, IBlockProbe probe)
    {
        CompressedCopyFormat format = CompressedCopy.Recognise(firstBlock);
        bool isLog = format != CompressedCopyFormat.None && probe.BeginsWithFragment(firstBlock, logNumber: null);
        return isLog ? CompressedCopyFormat.None : format;
    }

    public override bool TryNext(out LogBlock block)
    {
        if (_buffer is not null)
        {
            return _buffer.TryTake(out block);
        }

        if (!input.TryNext(out block))
        {
            return false;
        }

        if (!_isDecided)
        {
            _isDecided = true;
            _format = FormatOf(block.Bytes, probe);
            if (_format != CompressedCopyFormat.None)
            {
                OpenCopy();
                block = default;
                return false;
            }
        }

        return true;
    }

    public override bool TryFill()
    {
        if (_buffer is null)
        {
            return input.TryFill();
        }

        if (input.IsSynchronous)
        {
            FillFromContent(_buffer, _content!);
        }

        return _buffer.HasBlock;
    }

    public override ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_buffer is null)
        {
            return input.FillAsync(cancellationToken);
        }

        if (!input.IsSynchronous)
        {
            return FillFromContentAsync(_buffer, _content!, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        FillFromContent(_buffer, _content!);
        return default;
    }

    public override void Dispose()
    {
        _content?.Dispose();
        input.Dispose();
        if (_array is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = null;
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (_content is null)
        {
            return input.DisposeAsync();
        }

        Dispose();
        return default;
    }

    private void OpenCopy()
    {
        _content = CompressedCopy.Open(
            input.IntoStream(), _format, leaveOpen: false, dictionaries, maxSize is { } size ? CopyLimit.Of(size) : CopyLimit.Default);
        _array = ArrayPool<byte>.Shared.Rent(FileBlockSource.DefaultBufferSize);
        _buffer = new BlockBuffer(_array);
    }

    private void FillFromContent(BlockBuffer buffer, Stream content)
    {
        while (!buffer.HasBlock)
        {
            try
            {
                buffer.Add(content.Read(buffer.MakeRoom()));
            }
            catch (InvalidDataException e)
            {
                EndAtDamage(buffer, e);
            }
        }
    }

    private async ValueTask FillFromContentAsync(BlockBuffer buffer, Stream content, CancellationToken cancellationToken)
    {
        while (!buffer.HasBlock)
        {
            try
            {
                buffer.Add(await content.ReadAsync(buffer.MakeRoom(), cancellationToken).ConfigureAwait(false));
            }
            catch (InvalidDataException e)
            {
                EndAtDamage(buffer, e);
            }
        }
    }

    private void EndAtDamage(BlockBuffer buffer, InvalidDataException exception)
    {
        _damage = exception.Message;
        _isTooLarge = _content is DecompressionStream { IsTooLarge: true };
        buffer.Add(0);
    }
}
