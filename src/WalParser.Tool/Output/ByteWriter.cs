using System.Globalization;

namespace WalParser.Tool.Output;

/// <summary>
/// Writes UTF-8 to a stream through one buffer. Numbers and hex digits are formatted in the buffer, and long hex in pieces, so that neither
/// an operation nor a large value allocates memory. Not safe for use by several threads at once.
/// </summary>
internal sealed class ByteWriter(Stream stream)
{
    private const int BufferSize = 128 * 1024;
    private const int LongestNumber = 32;

    private readonly byte[] _buffer = new byte[BufferSize];
    private int _length;

    public void Write(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > BufferSize - _length)
        {
            WriteBuffer();
            if (utf8.Length > BufferSize)
            {
                stream.Write(utf8);
                return;
            }
        }

        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
    }

    public void Write(byte utf8) => Write([utf8]);

    /// <summary>Writes text, such as a name or a reason. It allocates, so the bulk of the output is written as bytes.</summary>
    public void Write(string text) => Write(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes text as a JSON string with quotes.</summary>
    public void WriteJsonString(string text)
    {
        Write((byte)'"');
        Write(HarmlessJson.Encoder.Encode(text));
        Write((byte)'"');
    }

    /// <summary>Writes a number without separators, for programs.</summary>
    public void WriteNumber(ulong value) => Format(value, default);

    /// <inheritdoc cref="WriteNumber(ulong)"/>
    public void WriteNumber(long value) => Format(value, default);

    /// <summary>Writes a number with separators between thousands, for people.</summary>
    public void WriteGrouped(ulong value) => Format(value, "N0");

    /// <inheritdoc cref="WriteGrouped(ulong)"/>
    public void WriteGrouped(long value) => Format(value, "N0");

    /// <summary>Writes eight lower-case hex digits.</summary>
    public void WriteHex(uint value) => Format(value, "x8");

    /// <summary>Writes two lower-case hex digits per byte.</summary>
    public void WriteHex(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (BufferSize - _length < 2)
            {
                WriteBuffer();
            }

            int count = Math.Min(bytes.Length, (BufferSize - _length) / 2);
            Convert.TryToHexStringLower(bytes[..count], _buffer.AsSpan(_length), out int written);
            _length += written;
            bytes = bytes[count..];
        }
    }

    /// <summary>Writes what is buffered to the stream and flushes the stream.</summary>
    public void Flush()
    {
        WriteBuffer();
        stream.Flush();
    }

    private void Format<T>(T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        if (BufferSize - _length < LongestNumber)
        {
            WriteBuffer();
        }

        value.TryFormat(_buffer.AsSpan(_length), out int written, format, CultureInfo.InvariantCulture);
        _length += written;
    }

    private void WriteBuffer()
    {
        if (_length > 0)
        {
            // The buffer is emptied first, so that bytes that a closed pipe refused are not written again.
            int length = _length;
            _length = 0;
            stream.Write(_buffer.AsSpan(0, length));
        }
    }
}
