using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Decoding;

/// <summary>The options of a <see cref="KvrocksDecoder"/>.</summary>
public sealed record KvrocksDecoderOptions
{
    /// <summary>The column families by their ids.</summary>
    public KvrocksColumnFamilies Families { get; init; } = KvrocksColumnFamilies.Default;

    /// <summary>
    /// Whether keys have their cluster slot. If unknown, the keys of the batches so far decide; for correct keys from the first batch on,
    /// detect the encoding with a <see cref="SlotEncodingDetector"/> beforehand.
    /// </summary>
    public SlotEncoding SlotEncoding { get; init; }
}
