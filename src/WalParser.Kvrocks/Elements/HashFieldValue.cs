namespace WalParser.Kvrocks.Elements;

/// <summary>The value of a hash's field, read in place.</summary>
public readonly ref struct HashFieldValue
{
    private HashFieldValue(ulong expiry, ReadOnlySpan<byte> value)
    {
        ExpiryMilliseconds = expiry;
        Value = value;
    }

    /// <summary>When the field expires, in milliseconds since 1970; 0 = never.</summary>
    public ulong ExpiryMilliseconds { get; }

    /// <summary>The value as the user knows it.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the field is there at that time.</summary>
    /// <param name="nowMilliseconds">The time, in milliseconds since 1970.</param>
    public bool ExistsAt(ulong nowMilliseconds) => ExpiryMilliseconds == 0 || ExpiryMilliseconds >= nowMilliseconds;

    /// <summary>Reads a field's value; false if it is too short.</summary>
    /// <param name="bytes">The value as it is stored.</param>
    /// <param name="hasFieldExpiration">Whether the hash's metadata says that fields have an expiry.</param>
    /// <param name="value">What was read.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool hasFieldExpiration, out HashFieldValue value)
    {
        value = new HashFieldValue(0, bytes);
        if (!hasFieldExpiration)
        {
            return true;
        }

        var reader = new BigEndianReader(bytes);
        bool isWhole = reader.TryRead64(out ulong expiry);
        value = new HashFieldValue(expiry, reader.Rest);
        return isWhole;
    }
}
