namespace WalParser.Kvrocks.Elements;

/// <summary>The kinds of elements of a time series. The numbers are those that Kvrocks stores.</summary>
public enum TimeSeriesSubkeyKind
{
    /// <summary>A chunk of samples.</summary>
    Chunk = 0,

    /// <summary>A label.</summary>
    Label = 1,

    /// <summary>A rule by which the series is downsampled into another one.</summary>
    Rule = 2,
}
