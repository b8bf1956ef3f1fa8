using System.Buffers;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Tool.Commands;

/// <summary>Writes the Redis protocol, as in <c>redis-cli --pipe</c> and in append-only files.</summary>
internal sealed class RespCommands(Action<ReadOnlySpan<byte>> write) : ICommandFormatter
{
    private readonly ArrayBufferWriter<byte> _command = new();

    public void Write(RedisCommand command)
    {
        _command.ResetWrittenCount();
        RespWriter.WriteCommand(_command, command.Arguments.Span);
        write(_command.WrittenSpan);
    }

    /// <summary>Writes nothing: the protocol has no comments. Standard error has the number of keys, and examples.</summary>
    public void Write(KeyLeftAlone key)
    {
    }
}
