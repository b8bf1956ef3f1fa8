using System.Buffers;
using System.Buffers.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// Parses replies from bytes that arrive in pieces. Bytes that were consumed are not read again when more bytes arrive, and the memory that
/// is allocated is in proportion to the bytes that were received: a claimed length allocates nothing.
/// </summary>
internal sealed class RespParser(RespLimits limits)
{
    private const int FirstBulkBuffer = 1 << 14;
    private const int FirstItems = 64;

    private readonly Stack<Aggregate> _open = new();
    private byte[] _bulk = [];
    private int _bulkFilled;
    private int _bulkLength = -1;
    private long _size;

    /// <summary>Whether the parser has read the beginning of a reply, but not its end.</summary>
    public bool IsInReply => _size > 0;

    /// <summary>
    /// Consumes bytes at the beginning of <paramref name="input"/>. Returns true at the end of a reply and false if more bytes are needed.
    /// </summary>
    /// <exception cref="RedisException">
    /// The bytes are not a reply (<see cref="RedisErrorKind.Protocol"/>). The parser cannot be used any more.
    /// </exception>
    public bool TryParse(ref ReadOnlySequence<byte> input, out RespValue value)
    {
        while (true)
        {
            RespValue item;
            if (_bulkLength >= 0)
            {
                if (!TryEndBulk(ref input, out item))
                {
                    value = default;
                    return false;
                }
            }
            else
            {
                if (!TryReadLine(ref input, out ReadOnlySequence<byte> line))
                {
                    value = default;
                    return false;
                }

                if (!TryBegin(line.IsSingleSegment ? line.FirstSpan : line.ToArray(), out item))
                {
                    continue;
                }
            }

            if (TryEnd(item, out value))
            {
                _size = 0;
                return true;
            }
        }
    }

    private bool TryReadLine(ref ReadOnlySequence<byte> input, out ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadTo(out line, (byte)'\n'))
        {
            if (input.Length > limits.MaxLineLength + 1)
            {
                throw Violation($"a line is longer than {limits.MaxLineLength} bytes");
            }

            return false;
        }

        long length = line.Length - 1;
        if (length > limits.MaxLineLength)
        {
            throw Violation($"a line is longer than {limits.MaxLineLength} bytes");
        }

        if (length < 0 || line.Slice(length).FirstSpan[0] != '\r')
        {
            throw Violation("a line does not end with CR LF");
        }

        line = line.Slice(0, length);
        input = input.Slice(reader.Position);
        return true;
    }

    /// <summary>
    /// Returns true if the line is a complete item, and false if it begins a bulk string or an aggregate that is not empty.
    /// </summary>
    private bool TryBegin(ReadOnlySpan<byte> line, out RespValue item)
    {
        if (line.IsEmpty)
        {
            throw Violation("an empty line precedes a reply");
        }

        Charge(line.Length);
        ReadOnlySpan<byte> rest = line[1..];
        item = default;
        switch ((char)line[0])
        {
            case '+':
                item = RespValue.OfBytes(RespKind.SimpleString, rest.ToArray());
                return true;
            case '-':
                item = RespValue.OfBytes(RespKind.Error, rest.ToArray());
                return true;
            case ':':
                item = RespValue.OfNumber(RespKind.Integer, ParseNumber(rest));
                return true;
            case ',':
                item = RespValue.OfBytes(RespKind.Double, rest.ToArray());
                return true;
            case '_' when rest.IsEmpty:
                return true;
            case '$':
                return TryBeginBulk(rest);
            case '*':
                return TryOpen(rest, out item);
            default:
                throw Violation($"a reply begins with the byte 0x{line[0]:x2}");
        }
    }

    private bool TryBeginBulk(ReadOnlySpan<byte> text)
    {
        long length = ParseNumber(text);
        if (length == -1)
        {
            return true;
        }

        if (length < 0 || length > Array.MaxLength)
        {
            throw Violation($"a bulk string claims a length of {length}");
        }

        Charge(length);
        _bulkLength = (int)length;
        _bulkFilled = 0;
        _bulk = length == 0 ? [] : new byte[Math.Min(_bulkLength, FirstBulkBuffer)];
        return false;
    }

    private bool TryEndBulk(ref ReadOnlySequence<byte> input, out RespValue item)
    {
        int taken = (int)Math.Min(input.Length, _bulkLength - _bulkFilled);
        if (_bulkFilled + taken > _bulk.Length)
        {
            Array.Resize(ref _bulk, (int)Math.Min(_bulkLength, Math.Max(_bulkFilled + (long)taken, 2L * _bulk.Length)));
        }

        input.Slice(0, taken).CopyTo(_bulk.AsSpan(_bulkFilled));
        _bulkFilled += taken;
        input = input.Slice(taken);
        item = default;
        if (_bulkFilled < _bulkLength || input.Length < 2)
        {
            return false;
        }

        Span<byte> end = stackalloc byte[2];
        input.Slice(0, 2).CopyTo(end);
        if (!end.SequenceEqual("\r\n"u8))
        {
            throw Violation("a bulk string is longer than its stated length");
        }

        input = input.Slice(2);
        item = RespValue.OfBytes(RespKind.BulkString, _bulk);
        _bulk = [];
        _bulkLength = -1;
        return true;
    }

    private bool TryOpen(ReadOnlySpan<byte> text, out RespValue item)
    {
        long count = ParseNumber(text);
        item = default;
        if (count == -1)
        {
            return true;
        }

        if (count < 0)
        {
            throw Violation($"an aggregate claims {count} items");
        }

        // Items count as soon as they are claimed, so that a reply that claims too many is rejected before it is read.
        Charge(count > limits.MaxReplySize ? long.MaxValue / 2 : count * RespLimits.ItemSize);
        if (count == 0)
        {
            item = RespValue.OfItems(RespKind.Array, []);
            return true;
        }

        if (_open.Count >= limits.MaxDepth)
        {
            throw Violation($"aggregates are nested more than {limits.MaxDepth} levels deep");
        }

        _open.Push(new Aggregate(count));
        return false;
    }

    /// <summary>
    /// Adds an item to the innermost open aggregate, and each aggregate that is then full to the one around it. Returns true if the reply
    /// is complete.
    /// </summary>
    private bool TryEnd(RespValue item, out RespValue value)
    {
        value = item;
        while (_open.TryPeek(out Aggregate? parent))
        {
            parent.Items.Add(value);
            if (parent.Items.Count < parent.Count)
            {
                return false;
            }

            _open.Pop();
            value = RespValue.OfItems(RespKind.Array, [.. parent.Items]);
        }

        return true;
    }

    private void Charge(long size)
    {
        _size += size;
        if (_size > limits.MaxReplySize)
        {
            throw Violation($"a reply is larger than {limits.MaxReplySize} bytes");
        }
    }

    private static long ParseNumber(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out int consumed) && consumed == text.Length
            ? number
            : throw Violation("the text of a number is not a number");

    private static RedisException Violation(string what) =>
        new(
            RedisErrorKind.Protocol,
            $"The received bytes are not a reply of a Redis server: {what}. "
                + "Check that the port is that of a Redis or Kvrocks server, and whether it requires TLS (rediss://).");

    private sealed class Aggregate(long count)
    {
        public long Count { get; } = count;

        public List<RespValue> Items { get; } = new((int)Math.Min(count, FirstItems));
    }
}
