using System.Globalization;

namespace WalParser.Kvrocks.Keys;

/// <summary>
/// Which of its lives a key is in: microseconds since 1970, shifted left by 11 bits, plus a counter (Kvrocks,
/// <c>Metadata::generateVersion</c>). A key gets a new one when it is created anew; RENAME and COPY keep it.
/// </summary>
/// <param name="Value">The 64 bits as they are stored.</param>
public readonly record struct KvrocksVersion(ulong Value)
{
    private const int CounterBits = 11;

    /// <summary>When the key's life began, to the microsecond, in UTC. (53 bits of microseconds end in the year 2255.)</summary>
    public DateTimeOffset CreatedAt => DateTimeOffset.UnixEpoch.AddTicks((long)(Value >> CounterBits) * TimeSpan.TicksPerMicrosecond);

    /// <summary>The counter that tells apart what began in the same microsecond: 0 to 2047.</summary>
    public int Counter => (int)(Value & ((1 << CounterBits) - 1));

    /// <summary>The number, in decimal.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
