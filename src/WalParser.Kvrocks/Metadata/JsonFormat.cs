namespace WalParser.Kvrocks.Metadata;

/// <summary>How a JSON document is stored (<c>json-storage-format</c>).</summary>
public enum JsonFormat : byte
{
    /// <summary>As JSON text.</summary>
    Text = 0,

    /// <summary>As CBOR (RFC 8949).</summary>
    Cbor = 1,
}
