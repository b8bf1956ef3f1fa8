using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>Thrown for the first damage that is read if <see cref="WalReaderOptions.ThrowOnCorruption"/> is set.</summary>
public sealed class WalCorruptionException : IOException
{
    /// <summary>Initializes the exception with the damage.</summary>
    /// <param name="finding">The damage.</param>
    public WalCorruptionException(Finding finding)
        : base(finding.ToString()) => Finding = finding;

    /// <summary>Initializes the exception with a message.</summary>
    public WalCorruptionException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with a message and the exception that caused it.</summary>
    public WalCorruptionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Initializes the exception with the default message.</summary>
    public WalCorruptionException()
    {
    }

    /// <summary>The damage; null if the exception was not created from a finding.</summary>
    public Finding? Finding { get; }
}
