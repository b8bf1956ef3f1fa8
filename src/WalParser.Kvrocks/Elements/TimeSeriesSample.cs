namespace WalParser.Kvrocks.Elements;

/// <summary>A sample of a time series.</summary>
/// <param name="Timestamp">The time, in milliseconds since 1970 if the server took it from its clock.</param>
/// <param name="Value">The value.</param>
public readonly record struct TimeSeriesSample(ulong Timestamp, double Value);
