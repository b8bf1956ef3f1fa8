using System.Buffers;
using System.IO.Pipelines;

namespace WalParser.Kvrocks.Resp;

/// <summary>Reads replies one after the other. Not thread-safe.</summary>
internal sealed class RespReader(PipeReader input, RespLimits? limits = null)
{
    private readonly RespParser _parser = new(limits ?? RespLimits.Default);

    /// <summary>Reads the next reply. Returns null if the input ends between two replies.</summary>
    /// <exception cref="RedisException">
    /// The received bytes are not a reply (<see cref="RedisErrorKind.Protocol"/>), or the input ends within a reply
    /// (<see cref="RedisErrorKind.ConnectionLost"/>).
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
