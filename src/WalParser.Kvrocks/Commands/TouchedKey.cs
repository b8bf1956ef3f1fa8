using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>A key that batches have changed, and what it was before and after each of them.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Key">The key as the user knows it.</param>
/// <param name="Sequence">The sequence number of the first of the batches that changed it.</param>
internal sealed record TouchedKey(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key, ulong Sequence)
{
    /// <summary>The types that the key had before and after the batches.</summary>
    public HashSet<KvrocksType> Types { get; } = [];

    /// <summary>Whether the logs do not show what the key was before the batches.</summary>
    public bool IsUnknownBefore { get; set; }

    /// <summary>Whether a batch deleted the key although the logs do not show it.</summary>
    public bool IsDeletedUnseen { get; set; }

    /// <summary>Whether no batch changed the key: a caller has named it.</summary>
    public bool IsOnlyNamed { get; set; }

    /// <summary>Whether elements were removed from the key.</summary>
    public bool HasLostElements { get; set; }
}
