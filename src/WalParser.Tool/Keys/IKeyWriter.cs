using WalParser.Kvrocks.Dataset;

namespace WalParser.Tool.Keys;

/// <summary>Writes keys in one of the formats.</summary>
internal interface IKeyWriter
{
    /// <summary>Writes a key with its value.</summary>
    void Write(KeyspaceKey key);
}
