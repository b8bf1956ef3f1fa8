namespace WalParser.Testing.Delivery;

/// <summary>When the asynchronous reads of a <see cref="PiecewiseStream"/> complete.</summary>
public enum PieceTiming
{
    /// <summary>All reads complete synchronously.</summary>
    Synchronous,

    /// <summary>Every other read completes asynchronously.</summary>
    Alternating,

    /// <summary>Every other read completes when <see cref="PiecewiseStream.Release"/> is called.</summary>
    Held,
}
