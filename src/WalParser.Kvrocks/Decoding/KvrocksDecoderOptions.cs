using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Decoding;

/// <summary>How a <see cref="KvrocksDecoder"/> reads what it is given.</summary>
public sealed record KvrocksDecoderOptions
{
    /// <summary>Which column family an id means.</summary>
    public KvrocksColumnFamilies Families { get; init; } = KvrocksColumnFamilies.Default;

    /// <summary>
    /// Whether keys carry their cluster slot. If not known, the keys of the batches so far decide; to be right from the first one on, give a
    /// <see cref="SlotEncodingDetector"/> some keys beforehand.
    /// </summary>
    public SlotEncoding SlotEncoding { get; init; }
}
