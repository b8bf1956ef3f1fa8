namespace WalParser.Kvrocks.Metadata;

/// <summary>The formats in which JSON documents are stored (<c>json-storage-format</c>).</summary>
public enum JsonFormat : byte
{
    /// <summary>JSON text.</summary>
    Text = 0,

    /// <summary>CBOR (RFC 8949).</summary>
    Cbor = 1,
}
