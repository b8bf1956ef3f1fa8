namespace WalParser.Kvrocks.Comparison;

/// <summary>Thrown when another node of the cluster serves a key than at the beginning of the scan of its elements.</summary>
internal sealed class KeyMovedException : Exception;
