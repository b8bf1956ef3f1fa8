namespace WalParser.Kvrocks.Resp;

/// <summary>The limits for the size of a reply. A server that claims or sends more violates the protocol.</summary>
internal sealed record RespLimits
{
    /// <summary>The size that is counted for each item of an aggregate in addition to its bytes: the memory that an item takes.</summary>
    public const int ItemSize = 24;

    public static RespLimits Default { get; } = new();

    /// <summary>The length of the longest line (text, error, number, length), in bytes, without CR LF.</summary>
    public int MaxLineLength { get; init; } = 1 << 16;

    /// <summary>The greatest depth of nested aggregates. No command has a reply with more than a few levels.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>The size of the largest reply, in bytes, with <see cref="ItemSize"/> added for each item.</summary>
    public long MaxReplySize { get; init; } = 1L << 30;
}
