namespace WalParser.Kvrocks.Resp;

/// <summary>What a reply may cost. A server that claims or sends more breaks the protocol.</summary>
internal sealed record RespLimits
{
    /// <summary>What an item of an aggregate is counted with, besides its bytes: what it takes in memory.</summary>
    public const int ItemSize = 24;

    public static RespLimits Default { get; } = new();

    /// <summary>The longest line (text, error, number, length), in bytes without its end.</summary>
    public int MaxLineLength { get; init; } = 1 << 16;

    /// <summary>How deep aggregates may stand in each other. No command's reply is deeper than a handful.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>The largest whole reply in bytes, each item counted with <see cref="ItemSize"/> more.</summary>
    public long MaxReplySize { get; init; } = 1L << 30;
}
