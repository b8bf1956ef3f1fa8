using WalParser.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>
/// The value of a stream's entry, read in place: a field, its value, the next field, and so on; each is a varint32 length and as many bytes.
/// <c>foreach</c> gives them one by one, for as long as they are whole.
/// </summary>
public ref struct StreamEntryFields(ReadOnlySpan<byte> value)
{
    private ReadOnlySpan<byte> _rest = value;

    /// <summary>The field or value at hand.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Whether all of an entry's value can be read, and every field has a value.</summary>
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

    /// <summary>The same, to be gone through.</summary>
    public readonly StreamEntryFields GetEnumerator() => this;

    /// <summary>Goes on to the next; false at the end, or where the bytes make no sense.</summary>
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
