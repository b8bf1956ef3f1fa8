using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Turns what batches did to the stored records into commands that do the same to the dataset of another server:
/// <code>
/// var converter = new CommandConverter();
/// foreach (RedisCommand command in converter.Convert(ref batch)) { … }     // for each batch, in order
/// foreach (RedisCommand command in converter.Complete()) { … }             // at the end
/// // converter.Notes: what commands cannot say, and what was assumed
/// </code>
/// <para>
/// They follow from the records, not from the log data, and are meant for a server that has what the log showed so far, and so at first for an empty one.
/// What a batch did is told as a whole: several commands stand between MULTI and EXEC. Of a log that begins in the middle of a database's life, the
/// commands make what is known.
/// </para>
/// <para>
/// Not in the transaction are JSON.SET and HPEXPIREAT, with what belongs to them: a server that does not know them would refuse all of it.
/// </para>
/// <para>It holds the whole dataset in memory. Any bytes can be converted: what makes no sense is noted. Not thread-safe.</para>
/// </summary>
public sealed class CommandConverter
{
    private readonly CommandOptions _options;
    private readonly NoteList _notes = new();
    private readonly ExpiryHold _expiries;
    private readonly KeyConversion _keys;
    private readonly VersionTransfer _lives = new();
    private readonly HashSet<byte[]> _namespaces = new(ByteStringComparer.Instance);
    private ulong? _nextSequence;
    private ulong _sequence;

    /// <summary>How many commands were made while it was not settled whether keys carry their slot, and no turn noted them yet.</summary>
    private long _unsettled;

    /// <summary>A converter that has seen nothing yet.</summary>
    public CommandConverter(CommandOptions? options = null)
    {
        _options = options ?? new CommandOptions();
        Keyspace = new Keyspace(_options.Keyspace);
        _expiries = new ExpiryHold(_options.ExpiryHold, _options.Clock);
        _keys = new KeyConversion(_options, _expiries, _notes);
    }

    /// <summary>The dataset as the batches so far have made it.</summary>
    public Keyspace Keyspace { get; }

    /// <summary>What the commands so far do not say, and what was assumed; complete after <see cref="Complete"/>.</summary>
    public IReadOnlyList<ConversionNote> Notes => _notes.ToNotes();

    /// <summary>
    /// Takes a batch in and makes no commands of it: it is already where the commands go. Damage to it stands in <see cref="WriteBatch.Corruption"/> afterwards.
    /// </summary>
    public void Skip(ref WriteBatch batch)
    {
        _lives.Note(Apply(ref batch, out _));
    }

    /// <summary>
    /// Makes commands of a batch, in the order in which they are to be run. Damage to it stands in <see cref="WriteBatch.Corruption"/> afterwards; what came
    /// before the damage is converted.
    /// </summary>
    public IReadOnlyList<RedisCommand> Convert(ref WriteBatch batch)
    {
        BatchChanges changes = Apply(ref batch, out List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> deleted);
        List<CommandWriter> writers = [];
        Flushes? flushes = Flushes.Find(changes, Keyspace, _namespaces, _keys.IsLogWhole);
        if (flushes is not null)
        {
            Flush(flushes, writers);
        }

        foreach ((ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) in deleted.Where(key => IsWanted(key.Namespace) && flushes?.Contains(key.Namespace) != true))
        {
            if (Keyspace.Find(ns.Span, key.Span) is null)
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
                // What a flush left was made anew already, and what was renamed is told with its new name.
                ReadOnlyMemory<byte>? source = renamed.TryGetValue(change, out KeyChange? from) ? from.UserKey : FindCopied(change, touched)?.UserKey;
                _keys.Change(BeginKey(change.Namespace, change.UserKey, writers), change, source, from is not null);
            }
        }

        foreach (KeyChange change in moved)
        {
            _expiries.Forget(change.Namespace, change.UserKey);
        }

        _lives.Note(changes);
        return Assemble(writers);
    }

    /// <summary>
    /// The end: the expiries that were held back (<see cref="CommandOptions.ExpiryHold"/>), and the last notes. Batches may follow all the same.
    /// </summary>
    public IReadOnlyList<RedisCommand> Complete()
    {
        List<RedisCommand> commands = [];
        foreach (CommandWriter writer in Held(_expiries.Hashes, HashCommands.Expire).Concat(Held(_expiries.Keys, Expire)))
        {
            commands.AddRange(writer.Commands);
            commands.AddRange(writer.NewerCommands);
        }

        NoteNewer(commands);
        _expiries.Clear();
        NoteIncomplete();
        return commands;

        static void Expire(CommandWriter writer, KeyspaceKey key)
        {
            if (key.ExpiryMilliseconds != 0)
            {
                writer.Write("PEXPIREAT", Argument.Of(Math.Min(key.ExpiryMilliseconds, long.MaxValue)));
            }
        }
    }

    /// <summary>
    /// Behind batches that were skipped, where what went to the server of them did not come to its <see cref="Complete"/>: brings the keys whose
    /// expiry may have been held back, or may have come since, to where the conversion goes on from. All that it does may be done again.
    /// </summary>
    public IReadOnlyList<RedisCommand> Resume()
    {
        _expiries.BeginBatch();
        List<RedisCommand> commands = [];
        foreach (KeyspaceKey key in Keyspace.Keys.Where(key => IsWanted(key.Namespace) && KeyConversion.IsThere(key.Metadata) && _keys.HasForm(key.Type)))
        {
            var writer = new CommandWriter(_sequence, key.Namespace, key.UserKey);
            _keys.Resume(writer, key);
            commands.AddRange(writer.Commands);
            commands.AddRange(writer.NewerCommands);
        }

        return commands;
    }

    private BatchChanges Apply(ref WriteBatch batch, out List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> deleted)
    {
        _expiries.BeginBatch();
        _sequence = batch.Sequence;
        if (_nextSequence is { } next ? batch.Sequence > next : batch.Sequence > 1)
        {
            // A database's first batch has the number 1, or 0.
            _keys.IsLogWhole = false;
            if (_nextSequence is not null)
            {
                _notes.Add(ConversionNoteKind.Gap);
            }
        }

        deleted = _keys.IsLogWhole ? [] : UnknownKeys.FindDeleted(batch, Keyspace, _options.Keyspace.Families);
        NoteOtherFamilies(batch);
        SlotEncoding encoding = Keyspace.SlotEncoding;
        BatchChanges changes = Keyspace.ApplyWithChanges(ref batch);
        if (Keyspace.SlotEncoding != encoding && _unsettled > 0)
        {
            _notes.Add(ConversionNoteKind.SlotEncodingTurned, count: _unsettled);
            _unsettled = 0;
        }

        _nextSequence = batch.Sequence + (uint)batch.Count;
        if (batch.Corruption is not null)
        {
            _keys.IsLogWhole = false;
            _notes.Add(ConversionNoteKind.Gap);
        }

        foreach (KeyChange change in changes.Keys)
        {
            _namespaces.GetAlternateLookup<ReadOnlySpan<byte>>().Add(change.Namespace.Span);
        }

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
                && family is not (KvrocksColumnFamily.Default or KvrocksColumnFamily.Metadata or KvrocksColumnFamily.ZSetScore or KvrocksColumnFamily.Stream))
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

    /// <summary>Empties namespaces, and makes anew what the batch put there afterwards.</summary>
    private void Flush(Flushes flushes, List<CommandWriter> writers)
    {
        if (flushes.IsGuessed)
        {
            _notes.Add(ConversionNoteKind.UnknownRange);
        }

        bool isAll = flushes.IsAll && _options.Namespaces is null;
        foreach (byte[] ns in flushes.Namespaces.Where(ns => IsWanted(ns)))
        {
            if (!isAll || ReferenceEquals(ns, flushes.Namespaces[0]))
            {
                BeginKey(ns, default, writers).WriteKeyless(isAll ? "FLUSHALL" : "FLUSHDB");
            }
        }

        foreach (KeyspaceKey key in Keyspace.Keys.Where(key => flushes.Contains(key.Namespace) && IsWanted(key.Namespace)))
        {
            _keys.Build(BeginKey(key.Namespace, key.UserKey, writers), key);
        }
    }

    private Dictionary<KeyChange, KeyChange> FindRenamed(BatchChanges changes, Flushes? flushes)
    {
        Dictionary<KeyChange, KeyChange> renamed = [];
        List<KeyChange> gone = [.. changes.Keys.Where(change => change.Key is null && !change.IsByRange && CanMove(change.Namespace, change.UserKey, change.MetadataBefore))];
        if (gone.Count == 0 || !_keys.IsLogWhole)
        {
            return renamed;
        }

        Dictionary<byte[], Queue<KeyChange>> goneByStart = VersionTransfer.ByStart(gone);
        foreach (KeyChange change in changes.Keys)
        {
            if (change.Key is not null
                && IsWanted(change.Namespace)
                && flushes?.Contains(change.Namespace) != true
                && VersionTransfer.TakeRenamed(change, goneByStart) is { } source)
            {
                renamed.Add(change, source);
            }
        }

        return renamed;
    }

    private KeyspaceKey? FindCopied(KeyChange change, HashSet<KeyspaceKey> touched) =>
        _keys.IsLogWhole
        && change.Key is not null
        && KeyConversion.Read(change.MetadataBefore).Version != KeyConversion.Read(change.MetadataAfter).Version
        && _lives.FindCopied(change, touched) is { } source
        && CanMove(source.Namespace, source.UserKey, source.StoredMetadata)
            ? source
            : null;

    /// <summary>Whether the server has such a key, as it is.</summary>
    private bool CanMove(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? metadataValue)
    {
        KvrocksMetadata metadata = KeyConversion.Read(metadataValue);
        return metadata.Type != KvrocksType.Json
            && KeyConversion.IsThere(metadata)
            && _keys.HasForm(metadata.Type)
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

        NoteNewer(apart);
        if (together.Count > 1)
        {
            together.Insert(0, Bare("MULTI", together[0].Namespace));
            together.Add(Bare("EXEC", together[^1].Namespace));
        }

        together.AddRange(apart.Select(command => command with { IsApart = true }));
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
            ReadOnlyMemory<byte> ns = name.AsMemory(1, name[0]);
            ReadOnlyMemory<byte> userKey = name.AsMemory(1 + name[0]);
            if (Keyspace.Find(ns.Span, userKey.Span) is { } key && KeyConversion.IsThere(key.Metadata) && _keys.HasForm(key.Type))
            {
                var writer = new CommandWriter(_sequence, ns, userKey);
                write(writer, key);
                yield return writer;
            }
        }
    }

    private void NoteIncomplete()
    {
        foreach (KeyspaceKey key in Keyspace.Keys.Where(key => IsWanted(key.Namespace) && KeyConversion.IsThere(key.Metadata) && !key.IsComplete))
        {
            _notes.AddKey(ConversionNoteKind.IncompleteKey, key.Type.Name, key.Namespace, key.UserKey);
        }
    }
}
