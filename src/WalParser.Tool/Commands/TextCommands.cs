using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>
/// Writes one line per command: the sequence number, the namespace in brackets unless it is the default one, and the whole command in the
/// syntax of redis-cli.
/// </summary>
internal sealed class TextCommands(ByteWriter output) : ICommandFormatter
{
    public void Write(RedisCommand command)
    {
        output.WriteGrouped(command.Sequence);
        if (!command.Namespace.Span.SequenceEqual(NamespaceDatabases.Default))
        {
            output.Write("  ["u8);
            WriteArgument(command.Namespace.Span);
            output.Write("]"u8);
        }

        output.Write(" "u8);
        foreach (ReadOnlyMemory<byte> argument in command.Arguments.Span)
        {
            output.Write(" "u8);
            WriteArgument(argument.Span);
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes an argument, with quotes if redis-cli requires them. Bytes that are not printable are escaped.</summary>
    private void WriteArgument(ReadOnlySpan<byte> argument)
    {
        bool isText = ByteText.IsText(argument);
        if (isText && !argument.IsEmpty && argument.IndexOfAny(" \"'\\"u8) < 0)
        {
            output.Write(argument);
            return;
        }

        output.Write("\""u8);
        foreach (byte value in argument)
        {
            if (value is (byte)'"' or (byte)'\\')
            {
                output.Write([(byte)'\\', value]);
            }
            else if (value is >= 0x20 and < 0x7F || isText)
            {
                output.Write(value);
            }
            else
            {
                output.Write("\\x"u8);
                output.WriteHex([value]);
            }
        }

        output.Write("\""u8);
    }
}
