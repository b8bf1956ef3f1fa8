namespace WalParser.Kvrocks.Dataset;

/// <summary>A field of a hash.</summary>
/// <param name="Field">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="ExpiryMilliseconds">When it expires, in milliseconds since 1970; 0 = never.</param>
public readonly record struct HashField(ReadOnlyMemory<byte> Field, ReadOnlyMemory<byte> Value, ulong ExpiryMilliseconds)
{
    /// <summary>Whether the field is there at that time.</summary>
    /// <param name="nowMilliseconds">The time, in milliseconds since 1970.</param>
    public bool ExistsAt(ulong nowMilliseconds) => ExpiryMilliseconds == 0 || ExpiryMilliseconds >= nowMilliseconds;
}
