namespace WalParser.Tool.Manifest;

/// <summary>The formats in which a MANIFEST is shown.</summary>
internal enum ManifestFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>A JSON object a line, exact.</summary>
    Jsonl,
}
