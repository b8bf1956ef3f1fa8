using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands that create and change the keys of one type. A type that can be converted has a subclass and a row in a table here; the
/// others have no commands.
/// </summary>
internal abstract class TypeCommands
{
    /// <summary>The types that Redis and Kvrocks have.</summary>
    private static readonly Dictionary<KvrocksType, TypeCommands> Common = new()
    {
        [KvrocksType.String] = new StringCommands(),
        [KvrocksType.Hash] = new HashCommands(),
        [KvrocksType.List] = new ListCommands(),
        [KvrocksType.Set] = new SetCommands(),
        [KvrocksType.ZSet] = new ZSetCommands(),
        [KvrocksType.Bitmap] = new BitmapCommands(),
        [KvrocksType.SortedInt] = new SortedIntCommands(),
        [KvrocksType.Stream] = new StreamCommands(),
        [KvrocksType.Json] = new JsonCommands(),
    };

    private static readonly Dictionary<KvrocksType, TypeCommands> OfRedis = new()
    {
        [KvrocksType.HyperLogLog] = new HyperLogLogStringCommands(),
    };

    private static readonly Dictionary<KvrocksType, TypeCommands> OfKvrocks = new()
    {
        [KvrocksType.HyperLogLog] = new HyperLogLogCommands(),
        [KvrocksType.BloomFilter] = new BloomFilterCommands(),
        [KvrocksType.TDigest] = new TDigestCommands(),
        [KvrocksType.TimeSeries] = new TimeSeriesCommands(),
    };

    /// <summary>Whether <see cref="Build"/> replaces any value that the key has, so that no DEL is needed before it.</summary>
    public virtual bool ReplacesValue => false;

    /// <summary>Whether all commands of the type are known to newer servers only.</summary>
    public virtual bool IsNewer => false;

    /// <summary>Whether <see cref="KeyspaceKey.IsComplete"/> shows that elements are missing.</summary>
    public virtual bool ShowsMissingElements => true;

    /// <summary>Returns the commands of a type for the target; null if the target has none.</summary>
    public static TypeCommands? Find(KvrocksType type, CommandOptions options) =>
        (Common.TryGetValue(type, out TypeCommands? commands)
            || (options.Target == CommandTarget.Kvrocks ? OfKvrocks : OfRedis).TryGetValue(type, out commands))
        && commands.IsAvailable(options)
            ? commands
            : null;

    /// <summary>Returns the commands for a key with the metadata; null if the target has none that create it.</summary>
    public static TypeCommands? Find(in KvrocksMetadata metadata, CommandOptions options) =>
        Find(metadata.Type, options) is { } commands && commands.CanCreate(metadata) ? commands : null;

    /// <summary>Returns the names that TYPE may return for a key of a type that the commands for the target created.</summary>
    public static IEnumerable<string> NamesOnServer(KvrocksType type, CommandOptions options) =>
        options.Target == CommandTarget.Redis && type == KvrocksType.HyperLogLog ? ["string", type.Name]
        : options.Target == CommandTarget.Redis && type == KvrocksType.Bitmap ? ["string"]
        : options.Target == CommandTarget.Redis && type == KvrocksType.SortedInt ? ["zset"]
        : [type.Name];

    /// <summary>Returns whether the commands for the target create keys of a type as keys of this type.</summary>
    public static bool KeepsType(KvrocksType type, CommandOptions options) => NamesOnServer(type, options).First() == type.Name;

    /// <summary>Creates a key that the server does not have, without its expiry unless a command sets both.</summary>
    /// <param name="writer">Receives the commands.</param>
    /// <param name="key">The key.</param>
    /// <param name="context">The conversion.</param>
    /// <returns>The expiry that the key has then, in milliseconds since 1970; 0 for none.</returns>
    public abstract ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context);

    /// <summary>Changes a key of the same type and version as a batch changed it.</summary>
    /// <param name="writer">Receives the commands.</param>
    /// <param name="change">The change.</param>
    /// <param name="context">The conversion.</param>
    /// <param name="expiry">The expiry that the server has, before and after; 0 for none.</param>
    /// <returns>
    /// False, without having written any command, if the key must be created anew, or if elements that the batch did not write are needed
    /// and <see cref="ConversionContext.Rewrites"/> does not allow that.
    /// </returns>
    public abstract bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry);

    /// <summary>Returns whether the commands of the type can create a key with the metadata.</summary>
    protected virtual bool CanCreate(in KvrocksMetadata metadata) => true;

    /// <summary>Returns whether the target has commands for the type.</summary>
    protected virtual bool IsAvailable(CommandOptions options) => true;
}
