using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.History;

/// <summary>Reads the metadata of the key whose history is shown.</summary>
internal static class HistoryMetadata
{
    /// <summary>Reads stored metadata. Returns the default value if there is none or it is not valid.</summary>
    public static KvrocksMetadata Read(ReadOnlyMemory<byte>? value) =>
        value is { } stored && KvrocksMetadata.TryRead(stored.Span, out KvrocksMetadata metadata, out _) ? metadata : default;

    /// <summary>Returns true if the metadata is that of a hash whose fields may expire.</summary>
    public static bool HasFieldExpiration(in KvrocksMetadata metadata) =>
        metadata.TryReadHash(out HashMetadata hash) && hash.HasFieldExpiration;

    /// <summary>Returns the value of a key whose metadata contains it: the string, or the JSON document in its stored form.</summary>
    public static ReadOnlySpan<byte> ValueOf(KvrocksMetadata metadata) =>
        metadata.TryReadJson(out _, out ReadOnlySpan<byte> document) ? document : metadata.Body;
}
