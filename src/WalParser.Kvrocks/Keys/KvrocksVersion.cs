using System.Globalization;

namespace WalParser.Kvrocks.Keys;

/// <summary>
/// The version of a key: microseconds since 1970, shifted left by 11 bits, plus a counter (Kvrocks, <c>Metadata::generateVersion</c>).
/// A key receives a new version each time it is created; RENAME and COPY keep the version.
/// </summary>
/// <param name="Value">The 64 bits as they are stored.</param>
public readonly record struct KvrocksVersion(ulong Value)
{
    private const int CounterBits = 11;

    /// <summary>
    /// The time at which the key was created, in UTC, with a resolution of one microsecond. (53 bits of microseconds end in the year 2255.)
    /// </summary>
    public DateTimeOffset CreatedAt => DateTimeOffset.UnixEpoch.AddTicks((long)(Value >> CounterBits) * TimeSpan.TicksPerMicrosecond);

    /// <summary>The counter that distinguishes versions of the same microsecond, 0 to 2047.</summary>
    public int Counter => (int)(Value & ((1 << CounterBits) - 1));

    /// <summary>Returns <see cref="Value"/> in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
