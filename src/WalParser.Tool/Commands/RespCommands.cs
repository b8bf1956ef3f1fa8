using System.Buffers;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>The protocol, as <c>redis-cli --pipe</c> and append-only files have it.</summary>
internal sealed class RespCommands(ByteWriter output) : ICommandFormatter
{
    private readonly ArrayBufferWriter<byte> _command = new();

    public void Write(RedisCommand command)
    {
        _command.ResetWrittenCount();
        RespWriter.WriteCommand(_command, command.Arguments.Span);
        output.Write(_command.WrittenSpan);
    }
}
