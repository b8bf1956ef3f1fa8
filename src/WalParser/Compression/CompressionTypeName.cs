namespace WalParser.Compression;

/// <summary>The names of compression types in messages.</summary>
internal static class CompressionTypeName
{
    /// <summary>Returns the name of a compression type as its format writes it; the number if the type is unknown.</summary>
    public static string Of(CompressionType type) => type switch
    {
        CompressionType.Lz4 => "LZ4",
        CompressionType.Lz4HC => "LZ4HC",
        _ => type.ToString(),
    };
}
