using System.Buffers;
using System.Buffers.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// Writes commands in the form in which Redis reads them from a connection, from <c>redis-cli --pipe</c> and from an append-only file: an
/// array of bulk strings, each with its length in decimal, so that an argument may contain any bytes. To write to a stream, use
/// <see cref="System.IO.Pipelines.PipeWriter.Create(Stream, System.IO.Pipelines.StreamPipeWriterOptions?)"/>.
/// </summary>
public static class RespWriter
{
    /// <summary>Writes a command. The first argument is its name.</summary>
    /// <exception cref="ArgumentException">There is no argument.</exception>
    public static void WriteCommand(IBufferWriter<byte> output, ReadOnlySpan<ReadOnlyMemory<byte>> arguments)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteCommandHeader(output, arguments.Length);
        foreach (ReadOnlyMemory<byte> argument in arguments)
        {
            WriteArgument(output, argument.Span);
        }
    }

    /// <summary>
    /// Begins a command of <paramref name="count"/> arguments, including its name. The caller then writes each argument with
    /// <see cref="WriteArgument"/>.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="count"/> is less than one.</exception>
    public static void WriteCommandHeader(IBufferWriter<byte> output, int count)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        WriteLength(output, (byte)'*', count);
    }

    /// <summary>Writes an argument of a command that <see cref="WriteCommandHeader"/> began.</summary>
    public static void WriteArgument(IBufferWriter<byte> output, ReadOnlySpan<byte> argument)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteArgumentHeader(output, argument.Length);
        output.Write(argument);
        WriteArgumentEnd(output);
    }

    /// <summary>Begins an argument whose bytes the caller writes in pieces. <see cref="WriteArgumentEnd"/> ends it.</summary>
    internal static void WriteArgumentHeader(IBufferWriter<byte> output, int length) => WriteLength(output, (byte)'$', length);

    internal static void WriteArgumentEnd(IBufferWriter<byte> output) => output.Write("\r\n"u8);

    private static void WriteLength(IBufferWriter<byte> output, byte mark, int length)
    {
        // The mark, ten digits, and CR LF.
        Span<byte> line = output.GetSpan(13);
        line[0] = mark;
        Utf8Formatter.TryFormat(length, line[1..], out int digits);
        line[1 + digits] = (byte)'\r';
        line[2 + digits] = (byte)'\n';
        output.Advance(3 + digits);
    }
}
