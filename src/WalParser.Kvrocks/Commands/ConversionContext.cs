using WalParser.Coding;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>What the conversion of every key needs.</summary>
internal sealed class ConversionContext(CommandOptions options, ExpiryHold expiries, NoteList notes, RewriteAllowance rewrites)
{
    public CommandOptions Options { get; } = options;

    public ExpiryHold Expiries { get; } = expiries;

    public NoteList Notes { get; } = notes;

    public RewriteAllowance Rewrites { get; } = rewrites;

    /// <summary>
    /// Returns a key of a namespace in the dataset that the commands create; null if commands that need two keys cannot be used.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, KeyspaceKey?>? FindKey { get; init; }

    /// <summary>
    /// The time series, by namespace and key, whose rule the commands created in another state than that of the log.
    /// </summary>
    public HashSet<byte[]> RulesBegunAnew { get; } = new(ByteStringComparer.Instance);

    /// <summary>Whether the log shows the database from its beginning without a gap, so that every key is known.</summary>
    public bool IsLogWhole { get; set; } = true;
}
