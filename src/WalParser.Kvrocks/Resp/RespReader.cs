using System.Buffers;
using System.IO.Pipelines;

namespace WalParser.Kvrocks.Resp;

/// <summary>Reads replies one after the other. For one reading thread at a time.</summary>
internal sealed class RespReader(PipeReader input, RespLimits? limits = null)
{
    private readonly RespParser _parser = new(limits ?? RespLimits.Default);

    /// <summary>The next reply; null when the input ends between two replies.</summary>
    /// <exception cref="RedisException">
    /// What came is no reply (<see cref="RedisErrorKind.Protocol"/>), or the input ends within one (<see cref="RedisErrorKind.ConnectionLost"/>).
    /// </exception>
    public async ValueTask<RespValue?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            bool isWhole = _parser.TryParse(ref buffer, out RespValue value);
            bool isCut = _parser.IsInReply || !buffer.IsEmpty;
            input.AdvanceTo(buffer.Start, isWhole ? buffer.Start : buffer.End);
            if (isWhole)
            {
                return value;
            }

            if (read.IsCompleted)
            {
                return isCut
                    ? throw new RedisException(RedisErrorKind.ConnectionLost, "The connection ended within a reply.")
                    : null;
            }
        }
    }
}
