using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.History;

/// <summary>The value of a key that has it in its metadata.</summary>
internal static class HistoryValue
{
    /// <summary>The string, or the JSON document in the form in which it is stored.</summary>
    public static ReadOnlySpan<byte> Of(KvrocksMetadata metadata) =>
        metadata.TryReadJson(out _, out ReadOnlySpan<byte> document) ? document : metadata.Body;
}
