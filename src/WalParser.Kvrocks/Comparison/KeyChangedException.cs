namespace WalParser.Kvrocks.Comparison;

/// <summary>Thrown when a key has got another type since the server was asked for its type.</summary>
internal sealed class KeyChangedException : Exception;
