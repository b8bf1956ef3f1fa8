using System.Text;
using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Converts what batches did to the stored records into commands that do the same to the dataset of another server.
/// <code>
/// var converter = new CommandConverter();
/// foreach (RedisCommand command in converter.Convert(ref batch)) { … }     // for each batch, in order
/// foreach (RedisCommand command in converter.Complete()) { … }             // at the end
/// // converter.Notes: what the commands leave out, and what was assumed
/// </code>
/// <para>
/// The commands follow from the records, not from the log data. They are for a server that has the dataset which the log has built up so
/// far, so at first for an empty one. The commands of one batch are one transaction: several stand between MULTI and EXEC. If a log begins
/// in the middle of a database's history, the commands build the known part of the dataset.
/// </para>
/// <para>
/// JSON.SET and HPEXPIREAT, and the commands that belong to them, follow after the transaction: a server that does not know them would
/// refuse all of it. A replay, which reads the replies, puts them into the transaction.
/// </para>
/// <para>
/// The converter keeps the whole dataset in memory. It accepts any bytes, and notes those that cannot be read. An instance is not
/// thread-safe.
/// </para>
/// </summary>
public sealed partial class CommandConverter
{
    private readonly CommandOptions _options;
    private readonly NoteList _notes = new();
    private readonly ExpiryHold _expiries;
    private readonly ConversionContext _context;
    private readonly KeyConversion _keys;
    private readonly VersionTransfer _versions = new();
    private readonly KnownNamespaces _namespaces = new();
    private readonly RewriteAllowance _rewrites = new(RewriteAllowance.First);

    /// <summary>Notes what an earlier load may have left out of the skipped batches; null if there are none.</summary>
    private SkippedRewrites? _skipped;
    private ulong? _nextSequence;
    private ulong _sequence;

    /// <summary>
    /// The number of commands that were made before it was settled whether keys have their slot, and that no note has counted.
    /// </summary>
    private long _unsettled;

    /// <summary>Creates a converter for the batches of one database.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public CommandConverter(CommandOptions? options = null)
    {
        _options = options ?? new CommandOptions();
        Keyspace = new Keyspace(_options.Keyspace);
        _expiries = new ExpiryHold(_options.ExpiryHold, _options.Clock);
        _context = new ConversionContext(_options, _expiries, _notes, _rewrites)
        {
            FindKey = (ns, key) => Keyspace.Find(ns.Span, key.Span),
        };
        _keys = new KeyConversion(_context);
    }

    /// <summary>The dataset that the batches so far have built up.</summary>
    public Keyspace Keyspace { get; }

    /// <summary>What the last batch changed; null before the first batch. It is valid until the next batch.</summary>
    public BatchChanges? Changes { get; private set; }

    /// <summary>What the commands so far leave out, and what was assumed; complete after <see cref="Complete"/>.</summary>
    public IReadOnlyList<ConversionNote> Notes => _notes.ToNotes();

    /// <summary>
    /// Notes that a batch was lost before the next one (<see cref="ConversionNoteKind.Gap"/>). Call it if a judge of the logs, such as
    /// <c>WalSetInspector</c>, says so, and <see cref="CommandOptions.NotesGaps"/> is false.
    /// </summary>
    public void NoteGap() => _notes.Add(ConversionNoteKind.Gap);

    /// <summary>
    /// Applies a batch without converting it, because the server that the commands are for has it already. Damage to the batch is reported
    /// by <see cref="WriteBatch.Finding"/> afterwards.
    /// </summary>
    /// <param name="batch">The next batch of the log.</param>
    public void Skip(ref WriteBatch batch) => Skip(ref batch, touched: null);

    /// <summary>
    /// Converts a batch, and returns the commands in the order in which they are to be run. Damage to the batch is reported by
    /// <see cref="WriteBatch.Finding"/> afterwards; the operations before the damage are converted.
    /// </summary>
    /// <param name="batch">The next batch of the log.</param>
    public IReadOnlyList<RedisCommand> Convert(ref WriteBatch batch)
    {
        BatchChanges changes = Apply(ref batch, out List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> deleted);
        List<CommandWriter> writers = [];
        Flushes? flushes = Flushes.Find(changes, Keyspace, _namespaces, _context.IsLogWhole);
        if (flushes is not null && _options.IsForCluster)
        {
            // The keys of the range that the log shows are deleted as those of any other range.
            if (!_context.IsLogWhole)
            {
                _notes.Add(ConversionNoteKind.UnknownKept, count: flushes.Namespaces.Count(ns => IsWanted(ns)));
            }

            flushes = null;
        }

        if (flushes is not null)
        {
            Flush(flushes, changes, writers);
        }

        foreach ((ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) in deleted)
        {
            if (IsWanted(ns) && flushes?.Contains(ns) != true && Keyspace.Find(ns.Span, key.Span) is null)
            {
                _notes.AddKey(ConversionNoteKind.UnknownBefore, "", ns, key);
                BeginKey(ns, key, writers).Write("DEL");
            }
        }

        Dictionary<KeyChange, KeyChange> renamed = FindRenamed(changes, flushes);
        HashSet<KeyChange> moved = [.. renamed.Values];
        HashSet<KeyspaceKey> touched = [.. changes.Keys.Select(change => change.Key).OfType<KeyspaceKey>()];
        foreach (KeyChange change in changes.Keys)
        {
            if (!IsWanted(change.Namespace))
            {
                _notes.Add(ConversionNoteKind.OtherNamespace, Encoding.UTF8.GetString(change.Namespace.Span));
            }
            else if (flushes?.Contains(change.Namespace) != true && !moved.Contains(change))
            {
                // The keys that exist after a flush are created with it, and a renamed key is converted with its new name.
                ReadOnlyMemory<byte>? source = renamed.TryGetValue(change, out KeyChange? from)
                    ? from.UserKey
                    : FindCopied(change, touched)?.UserKey;
                _keys.Change(BeginKey(change.Namespace, change.UserKey, writers), change, source, from is not null);
            }
        }

        foreach (KeyChange change in moved)
        {
            _expiries.Forget(change.Namespace, change.UserKey);
        }

        _versions.Note(changes);
        return Assemble(writers);
    }

    /// <summary>
    /// Returns the commands for the end of the log, which set the expiries that were held back (<see cref="CommandOptions.ExpiryHold"/>),
    /// and completes <see cref="Notes"/>. More batches may follow.
    /// </summary>
    public IReadOnlyList<RedisCommand> Complete()
    {
        List<RedisCommand> commands = InOrder(
            [.. CatchUp(), .. Held(_expiries.Hashes, HashCommands.Expire), .. Held(_expiries.Keys, Expire)]);

        NoteNewer(commands);
        _expiries.Clear();
        NoteLacking();
        return commands;

        void Expire(CommandWriter writer, KeyspaceKey key)
        {
            if (key.ExpiryMilliseconds != 0 && _keys.IsCreated(key))
            {
                writer.Write("PEXPIREAT", Argument.Of(Math.Min(key.ExpiryMilliseconds, long.MaxValue)));
            }
        }
    }

    /// <summary>
    /// Returns the commands with which a load goes on after skipped batches, if it was interrupted before <see cref="Complete"/>: they
    /// bring the keys whose expiry may have been held back, or may have passed since, to the state that the next batches need. Running them
    /// again has the same effect.
    /// </summary>
    public IReadOnlyList<RedisCommand> Resume()
    {
        _expiries.BeginBatch();
        foreach (byte[] name in _skipped?.Behind ?? [])
        {
            _rewrites.FallBehind(KeyName.NamespaceOf(name), KeyName.UserKeyOf(name));
        }

        _skipped = null;
        List<CommandWriter> writers = CatchUp();
        foreach (KeyspaceKey key in ExistingKeys().Where(key => _keys.HasCommands(key.Metadata)))
        {
            _keys.Resume(BeginKey(key.Namespace, key.UserKey, writers), key);
        }

        return InOrder(writers);
    }

    private static List<RedisCommand> InOrder(List<CommandWriter> writers) =>
    [
        .. writers.SelectMany(writer => writer.Commands.Concat(writer.NewerCommands)),
        .. writers.SelectMany(writer => writer.LastCommands),
    ];

    private BatchChanges Apply(ref WriteBatch batch, out List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> deleted)
    {
        _expiries.BeginBatch();
        _sequence = batch.Sequence;
        if (_nextSequence is { } next ? batch.Sequence > next : batch.Sequence > 1)
        {
            // The first batch of a database has the number 1, or 0.
            _context.IsLogWhole = false;
            if (_nextSequence is not null && _options.NotesGaps)
            {
                NoteGap();
            }
        }

        deleted = _context.IsLogWhole ? [] : UnknownKeys.FindDeleted(batch, Keyspace, _options.Keyspace.Families);
        NoteOtherFamilies(batch);
        SlotEncoding encoding = Keyspace.SlotEncoding;
        BatchChanges changes = Keyspace.ApplyWithChanges(ref batch);
        Changes = changes;
        if (Keyspace.SlotEncoding != encoding && _unsettled > 0)
        {
            _notes.Add(ConversionNoteKind.SlotEncodingTurned, count: _unsettled);
            _unsettled = 0;
        }

        _nextSequence = batch.Sequence + (uint)batch.Count;
        if (batch.Finding is not null)
        {
            // The rest of the batch is the gap. Its numbers are not known, so the next batch does not show a second one.
            _nextSequence = null;
            _context.IsLogWhole = false;
            if (_options.NotesGaps)
            {
                NoteGap();
            }
        }

        foreach (KeyChange change in changes.Keys)
        {
            _namespaces.Add(change.Namespace.Span);
        }

        _rewrites.Earn(changes);
        _skipped?.Note(changes);

        if (changes.Undecodable.Count > 0)
        {
            _notes.Add(ConversionNoteKind.Undecodable, count: changes.Undecodable.Count);
        }

        return changes;
    }

    private void NoteOtherFamilies(WriteBatch batch)
    {
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey
                && _options.Keyspace.Families[operation.ColumnFamily] is var family
                && !family.HasKeys)
            {
                _notes.Add(ConversionNoteKind.OtherFamily, KvrocksColumnFamilies.NameOf(family) ?? "");
            }
        }
    }

    private bool IsWanted(ReadOnlyMemory<byte> ns) => _options.Namespaces?.Any(wanted => wanted.Span.SequenceEqual(ns.Span)) != false;

    private CommandWriter BeginKey(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, List<CommandWriter> writers)
    {
        var writer = new CommandWriter(_sequence, ns, key);
        writers.Add(writer);
        return writer;
    }

    private Dictionary<KeyChange, KeyChange> FindRenamed(BatchChanges changes, Flushes? flushes)
    {
        Dictionary<KeyChange, KeyChange> renamed = [];
        List<KeyChange> gone =
        [
            .. changes.Keys.Where(change =>
                change.Key is null && !change.IsByRange && CanMove(change.Namespace, change.UserKey, change.MetadataBefore)),
        ];
        if (gone.Count == 0 || !_context.IsLogWhole)
        {
            return renamed;
        }

        Dictionary<byte[], Queue<(KeyChange Change, int ElementCount)>> goneByStart = VersionTransfer.ByStart(gone);
        foreach (KeyChange change in changes.Keys)
        {
            if (change.Key is not null
                && IsWanted(change.Namespace)
                && flushes?.Contains(change.Namespace) != true
                && VersionTransfer.DequeueRenamed(change, goneByStart) is { } source
                && CanTransfer(source.UserKey, change.UserKey))
            {
                renamed.Add(change, source);
            }
        }

        return renamed;
    }

    private KeyspaceKey? FindCopied(KeyChange change, HashSet<KeyspaceKey> touched) =>
        _context.IsLogWhole
        && _options.WithCopy
        && change.Key is not null
        && KvrocksMetadata.ReadOrDefault(change.MetadataBefore).Version != KvrocksMetadata.ReadOrDefault(change.MetadataAfter).Version
        && _versions.FindCopied(change, touched) is { } source
        && CanMove(source.Namespace, source.UserKey, source.StoredMetadata)
        && CanTransfer(source.UserKey, change.UserKey)
            ? source
            : null;

    /// <summary>Returns whether one command can have both keys.</summary>
    private bool CanTransfer(ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> target) =>
        !_options.IsForCluster || RedisSlot.Of(source.Span) == RedisSlot.Of(target.Span);

    /// <summary>Returns whether the server has a key unchanged, so that it can be renamed or copied.</summary>
    private bool CanMove(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? metadataValue)
    {
        KvrocksMetadata metadata = KvrocksMetadata.ReadOrDefault(metadataValue);
        return KeyConversion.Exists(metadata)
            && TypeCommands.Find(metadata, _options) is { IsNewer: false }
            && !_rewrites.IsBehind(ns, key)
            && !_keys.MayBeLost(metadata, _expiries.Holds(ns, key));
    }

    private List<RedisCommand> Assemble(List<CommandWriter> writers)
    {
        List<RedisCommand> together = [];
        List<RedisCommand> apart = [];
        foreach (CommandWriter writer in writers)
        {
            together.AddRange(writer.Commands);
            (_options.Target == CommandTarget.Kvrocks ? together : apart).AddRange(writer.NewerCommands);
        }

        together.AddRange(writers.SelectMany(writer => writer.LastCommands));
        NoteNewer(apart);
        if (together.Count > 1)
        {
            together.Insert(0, Bare("MULTI", together[0].Namespace));
            together.Add(Bare("EXEC", together[^1].Namespace));
        }

        together.AddRange(apart);
        _unsettled += together.Count;
        return together;

        RedisCommand Bare(string name, ReadOnlyMemory<byte> ns) => new(_sequence, ns, new[] { Argument.Of(name) });
    }

    private void NoteNewer(List<RedisCommand> commands)
    {
        if (_options.Target != CommandTarget.Redis)
        {
            return;
        }

        foreach (string name in commands.Select(command => command.Name).Where(name => name is "HPEXPIREAT" or "JSON.SET"))
        {
            _notes.Add(ConversionNoteKind.NeedsNewerServer, name);
        }
    }

    private IEnumerable<CommandWriter> Held(IEnumerable<byte[]> names, Action<CommandWriter, KeyspaceKey> write)
    {
        foreach (byte[] name in names.Order(ByteStringComparer.Instance))
        {
            ReadOnlyMemory<byte> ns = KeyName.NamespaceOf(name);
            ReadOnlyMemory<byte> userKey = KeyName.UserKeyOf(name);
            if (Keyspace.Find(ns.Span, userKey.Span) is { } key
                && KeyConversion.Exists(key.Metadata)
                && _keys.HasCommands(key.Metadata)
                && !_keys.MayBeLost(key.Metadata, _expiries.Holds(ns, userKey)))
            {
                var writer = new CommandWriter(_sequence, ns, userKey);
                write(writer, key);
                yield return writer;
            }
        }
    }

    /// <summary>
    /// Notes the keys that the server lacks, in whole or in part, whichever batch wrote them: a skipped one, too, so that a load in several
    /// runs ends with the same notes as one in a single run.
    /// </summary>
    private void NoteLacking()
    {
        foreach (KeyspaceKey key in ExistingKeys())
        {
            if (!_keys.HasCommands(key.Metadata))
            {
                _notes.AddKey(_options.KindOfOmission(key.Type), key.Type.Name, key.Namespace, key.UserKey);
            }
            else if (!key.IsComplete)
            {
                ConversionNoteKind kind = _context.IsLogWhole ? ConversionNoteKind.Miscounted : ConversionNoteKind.IncompleteKey;
                _notes.AddKey(kind, key.Type.Name, key.Namespace, key.UserKey);
            }
        }
    }

    private IEnumerable<KeyspaceKey> ExistingKeys() =>
        Keyspace.Keys.Where(key => IsWanted(key.Namespace) && KeyConversion.Exists(key.Metadata));
}
