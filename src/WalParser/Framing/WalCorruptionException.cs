using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>Thrown for the first damage that is met when <see cref="WalReaderOptions.ThrowOnCorruption"/> is set, and only then.</summary>
public sealed class WalCorruptionException : IOException
{
    /// <summary>An exception for <paramref name="corruption"/>.</summary>
    public WalCorruptionException(Finding corruption)
        : base(corruption.ToString()) => Finding = corruption;

    /// <summary>An exception with a message of its own.</summary>
    public WalCorruptionException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message of its own, caused by another.</summary>
    public WalCorruptionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception that says nothing.</summary>
    public WalCorruptionException()
    {
    }

    /// <summary>The damage; null if the exception was created with a message of its own.</summary>
    public Finding? Finding { get; }
}
