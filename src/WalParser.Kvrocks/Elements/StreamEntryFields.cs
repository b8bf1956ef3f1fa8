using WalParser.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>
/// The value of a stream entry, read in place: a field, its value, the next field, and so on. Each is a varint32 length and that many
/// bytes. <c>foreach</c> returns fields and values in turn and stops at the first one that is not complete.
/// </summary>
public ref struct StreamEntryFields(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> _rest = value;

    /// <summary>The current field or value. It points into the bytes that the entry was read from.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Returns true if the whole value of an entry can be read and every field has a value.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> value)
    {
        var fields = new StreamEntryFields(value);
        bool isEven = true;
        while (fields.MoveNext())
        {
            isEven = !isEven;
        }

        return isEven && fields._rest.IsEmpty;
    }

    /// <summary>Returns this enumerator.</summary>
    public readonly StreamEntryFields GetEnumerator() => this;

    /// <summary>Advances to the next field or value. Returns false at the end and where the bytes are malformed.</summary>
    public bool MoveNext()
    {
        ReadOnlySpan<byte> rest = _rest;
        if (!Varint.TryRead32(ref rest, out uint length) || length > (uint)rest.Length)
        {
            return false;
        }

        Current = rest[..(int)length];
        _rest = rest[(int)length..];
        return true;
    }
}
