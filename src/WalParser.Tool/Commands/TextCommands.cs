using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>
/// Writes one line per command: the sequence number, the namespace in brackets unless it is the default one, and the whole command in the
/// syntax of redis-cli. A key that is left alone is a line with # in place of the command.
/// </summary>
internal sealed class TextCommands(ByteWriter output) : ICommandFormatter
{
    public void Write(RedisCommand command)
    {
        WritePlace(command.Sequence, command.Namespace.Span);
        foreach (ReadOnlyMemory<byte> argument in command.Arguments.Span)
        {
            output.Write(" "u8);
            WriteArgument(argument.Span);
        }

        output.Write("\n"u8);
    }

    public void Write(KeyLeftAlone key)
    {
        WritePlace(key.Sequence, key.Namespace.Span);
        output.Write(" # "u8);
        WriteArgument(key.Key.Span);
        output.Write(key.Reason switch
        {
            KeyLeftAloneReason.NoCommand => " left alone: no command creates what it was\n"u8,
            KeyLeftAloneReason.JsonOmitted => " left alone: it was a JSON document (--no-json)\n"u8,
            KeyLeftAloneReason.IncompleteBefore => " left alone: the logs show only a part of what it was\n"u8,
            _ => " left alone: the logs do not show whether it existed\n"u8,
        });
    }

    private void WritePlace(ulong sequence, ReadOnlySpan<byte> ns)
    {
        output.WriteGrouped(sequence);
        if (!ns.SequenceEqual(NamespaceDatabases.Default))
        {
            output.Write("  ["u8);
            WriteArgument(ns);
            output.Write("]"u8);
        }

        output.Write(" "u8);
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
