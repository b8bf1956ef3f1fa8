using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace WalParser.Kvrocks.Elements;

/// <summary>
/// Converts CBOR (RFC 8949), one of the forms in which Kvrocks stores JSON documents, to JSON text. JSON cannot express byte strings,
/// undefined values and numbers that are not finite.
/// </summary>
internal static class CborText
{
    /// <summary>The deepest nesting that is read: Kvrocks's own default limit (<c>json-max-nesting-depth</c>).</summary>
    private const int MaxDepth = 1024;

    private const byte Break = 0xFF;

    private enum Major
    {
        Unsigned,
        Negative,
        Bytes,
        Text,
        Array,
        Map,
        Tag,
        Simple,
    }

    /// <summary>Returns the JSON text as UTF-8, or null if the bytes are not CBOR or cannot be expressed in JSON.</summary>
    public static byte[]? ToJson(ReadOnlySpan<byte> cbor)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth + 1, SkipValidation = true });
        if (!TryWrite(ref cbor, json, 0) || !cbor.IsEmpty)
        {
            return null;
        }

        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static bool TryWrite(ref ReadOnlySpan<byte> cbor, Utf8JsonWriter json, int depth)
    {
        if (depth > MaxDepth || !TryReadHead(ref cbor, out Major major, out int info, out ulong argument))
        {
            return false;
        }

        bool isIndefinite = info == 31;
        switch (major)
        {
            case Major.Unsigned when !isIndefinite:
                json.WriteNumberValue(argument);
                return true;
            case Major.Negative when !isIndefinite:
                json.WriteNumberValue(-1 - (decimal)argument);
                return true;
            case Major.Text:
                if (!TryReadText(ref cbor, argument, isIndefinite, out byte[] text))
                {
                    return false;
                }

                json.WriteStringValue(text);
                return true;
            case Major.Array:
                json.WriteStartArray();
                bool isArray = TryWriteElements(ref cbor, json, argument, isIndefinite, isMap: false, depth);
                json.WriteEndArray();
                return isArray;
            case Major.Map:
                json.WriteStartObject();
                bool isMap = TryWriteElements(ref cbor, json, argument, isIndefinite, isMap: true, depth);
                json.WriteEndObject();
                return isMap;
            case Major.Tag when !isIndefinite:
                return TryWrite(ref cbor, json, depth + 1);
            case Major.Simple:
                return TryWriteSimple(json, info, argument);
            default:
                return false;
        }
    }

    private static bool TryWriteElements(
        ref ReadOnlySpan<byte> cbor, Utf8JsonWriter json, ulong count, bool isIndefinite, bool isMap, int depth)
    {
        // Each element takes at least one byte, so that a false count costs no more than the bytes that exist.
        for (ulong i = 0; isIndefinite || i < count; i++)
        {
            if (cbor.IsEmpty)
            {
                return false;
            }

            if (isIndefinite && cbor[0] == Break)
            {
                cbor = cbor[1..];
                return true;
            }

            if (isMap)
            {
                if (!TryReadHead(ref cbor, out Major major, out int info, out ulong length)
                    || major != Major.Text
                    || !TryReadText(ref cbor, length, info == 31, out byte[] name))
                {
                    return false;
                }

                json.WritePropertyName(name);
            }

            if (!TryWrite(ref cbor, json, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryWriteSimple(Utf8JsonWriter json, int info, ulong argument)
    {
        double number;
        switch (info)
        {
            case 20:
            case 21:
                json.WriteBooleanValue(info == 21);
                return true;
            case 22:
                json.WriteNullValue();
                return true;
            case 25:
                number = (double)BitConverter.UInt16BitsToHalf((ushort)argument);
                break;
            case 26:
                number = BitConverter.UInt32BitsToSingle((uint)argument);
                break;
            case 27:
                number = BitConverter.UInt64BitsToDouble(argument);
                break;
            default:
                return false;
        }

        if (!double.IsFinite(number))
        {
            return false;
        }

        // A server's JSON.GET has no negative zero.
        json.WriteNumberValue(number == 0 ? 0 : number);
        return true;
    }

    private static bool TryReadHead(ref ReadOnlySpan<byte> cbor, out Major major, out int info, out ulong argument)
    {
        major = default;
        info = 0;
        argument = 0;
        if (cbor.IsEmpty)
        {
            return false;
        }

        major = (Major)(cbor[0] >> 5);
        info = cbor[0] & 0x1F;
        cbor = cbor[1..];
        if (info < 24 || info == 31)
        {
            argument = (ulong)info;
            return true;
        }

        int size = info <= 27 ? 1 << (info - 24) : int.MaxValue;
        if (size > cbor.Length)
        {
            return false;
        }

        argument = size switch
        {
            1 => cbor[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(cbor),
            4 => BinaryPrimitives.ReadUInt32BigEndian(cbor),
            _ => BinaryPrimitives.ReadUInt64BigEndian(cbor),
        };
        cbor = cbor[size..];
        return true;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> cbor, ulong length, bool isIndefinite, out byte[] text)
    {
        text = [];
        if (!isIndefinite)
        {
            if (length > (ulong)cbor.Length || !Utf8.IsValid(cbor[..(int)length]))
            {
                return false;
            }

            text = cbor[..(int)length].ToArray();
            cbor = cbor[(int)length..];
            return true;
        }

        var pieces = new ArrayBufferWriter<byte>();
        while (!cbor.IsEmpty && cbor[0] != Break)
        {
            if (!TryReadHead(ref cbor, out Major major, out int info, out ulong pieceLength)
                || major != Major.Text
                || info == 31
                || !TryReadText(ref cbor, pieceLength, isIndefinite: false, out byte[] piece))
            {
                return false;
            }

            pieces.Write(piece);
        }

        if (cbor.IsEmpty)
        {
            return false;
        }

        cbor = cbor[1..];
        text = pieces.WrittenSpan.ToArray();
        return true;
    }
}
