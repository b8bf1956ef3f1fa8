using System.Text;
using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Converts batches into commands that undo them: they bring a server that has the dataset after the last batch back to the dataset before
/// the first.
/// <code>
/// var converter = new UndoConverter();
/// converter.Skip(ref batch);                                       // for each batch before the first that is undone
/// converter.Undo(ref batch);                                       // for each batch that is undone, in the order of the log
/// foreach (RedisCommand command in converter.Complete()) { … }     // at the end: the key that changed last comes first
/// // converter.LeftAlone: the keys that stay as they are; converter.Notes: what was left out or assumed
/// </code>
/// <para>
/// Each key that changed is deleted or created anew in a transaction of its own, and comes once. Running the commands again has the same
/// effect, so that an interrupted load is repeated from the start. A server that does not know a command refuses the transaction of that
/// key, which then stays as it is.
/// </para>
/// <para>
/// A key is brought back only if the log shows its whole earlier state. If the log does not begin with the database, or has a gap, that is
/// so for a key that was created or deleted within the log and, as far as its metadata shows that no element is missing, for others. All
/// other keys are left alone. Such a log does not show elements that lay under a version before RENAME or COPY brought it back to a key
/// (<see cref="Keyspace"/>); the metadata does not count them, so that the key is brought back without them. A key or a field whose
/// expiry has passed since then is deleted, as the server would have done.
/// </para>
/// <para>
/// The converter keeps two datasets in memory: the one before the first batch that is undone, and the one after the last. It accepts any
/// bytes, and notes those that cannot be read. Because each key is written once, <see cref="CommandOptions.ExpiryHold"/> has no effect.
/// An instance is not thread-safe.
/// </para>
/// </summary>
public sealed class UndoConverter
{
    private readonly CommandOptions _options;
    private readonly NoteList _notes = new();
    private readonly ExpiryHold _expiries;
    private readonly KeyConversion _keys;
    private readonly EarlierState _earlier;
    private readonly Keyspace _later;

    /// <summary>The keys that changed, each as <see cref="KeyName"/>, with the last batch that changed them and a number by time.</summary>
    private readonly Dictionary<byte[], (ulong Sequence, long Order)> _changed = new(ByteStringComparer.Instance);

    private readonly List<KeyLeftAlone> _leftAlone = [];
    private ulong? _nextSequence;
    private bool _hasUndone;

    /// <summary>Whether the keys so far, and the earlier dataset, were read under a wrong assumption whether keys have their slot.</summary>
    private bool _hasTurned;

    private long _order;

    /// <summary>Creates a converter for the batches of one database.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public UndoConverter(CommandOptions? options = null)
    {
        _options = options ?? new CommandOptions();
        _earlier = new EarlierState(_options.Keyspace);
        _later = new Keyspace(_options.Keyspace);

        // An expiry is set together with the key, so that none is held back, and a key that has expired is not created.
        _expiries = new ExpiryHold(TimeSpan.Zero, _options.Clock);
        _keys = new KeyConversion(new ConversionContext(_options, _expiries, _notes, new RewriteAllowance(0)));
    }

    /// <summary>What the commands leave out, and what was assumed; complete when the result of <see cref="Complete"/> was read.</summary>
    public IReadOnlyList<ConversionNote> Notes => _notes.ToNotes();

    /// <summary>
    /// The keys that changed and stay as they are, in the order of the commands; complete when the result of <see cref="Complete"/> was
    /// read.
    /// </summary>
    public IReadOnlyList<KeyLeftAlone> LeftAlone => _leftAlone;

    /// <summary>
    /// Applies a batch that is not undone. Damage to the batch is reported by <see cref="WriteBatch.Finding"/> afterwards.
    /// </summary>
    /// <param name="batch">The next batch of the log.</param>
    public void Skip(ref WriteBatch batch)
    {
        if (!Continues(batch))
        {
            _earlier.Forget();
        }

        WriteBatch copy = batch;
        BatchChanges changes = _earlier.Apply(ref copy);
        NoteUndecodable(changes);
        _later.Apply(ref batch);
        if (batch.Finding is not null)
        {
            // What the batch changed after the damage is not known.
            _notes.Add(ConversionNoteKind.Gap);
            _earlier.Forget();
        }
    }

    /// <summary>
    /// Applies a batch that is undone. Damage to the batch is reported by <see cref="WriteBatch.Finding"/> afterwards; the operations
    /// before the damage are undone.
    /// </summary>
    /// <param name="batch">The next batch of the log.</param>
    public void Undo(ref WriteBatch batch)
    {
        if (!Continues(batch) && !_hasUndone)
        {
            _earlier.Forget();
        }

        _hasUndone = true;

        NoteOtherFamilies(batch);
        SlotEncoding encoding = _later.SlotEncoding;
        BatchChanges changes = _later.ApplyWithChanges(ref batch);
        _hasTurned |= encoding != SlotEncoding.Unknown && encoding != _later.SlotEncoding;
        NoteUndecodable(changes);
        if (batch.Finding is not null)
        {
            _notes.Add(ConversionNoteKind.Gap);
        }

        foreach (KeyChange change in changes.Keys)
        {
            if (IsWanted(change.Namespace))
            {
                NoteChanged(change.Namespace, change.UserKey, batch.Sequence);
            }
            else
            {
                _notes.Add(ConversionNoteKind.OtherNamespace, Encoding.UTF8.GetString(change.Namespace.Span));
            }
        }

        if (!_earlier.IsWhole)
        {
            NoteUnknown(batch, changes);
        }
    }

    /// <summary>
    /// Returns the commands, in the order in which they are to be run. They are made while they are read, which must happen once, after the
    /// last batch.
    /// </summary>
    public IEnumerable<RedisCommand> Complete()
    {
        foreach ((byte[] name, (ulong sequence, _)) in _changed.OrderByDescending(changed => changed.Value.Order))
        {
            List<RedisCommand> commands = Restore(KeyName.NamespaceOf(name), KeyName.UserKeyOf(name), sequence);
            if (_hasTurned && commands.Count > 0)
            {
                _notes.Add(ConversionNoteKind.SlotEncodingTurned, count: commands.Count);
            }

            foreach (RedisCommand command in commands)
            {
                yield return command;
            }
        }
    }

    private List<RedisCommand> Restore(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> userKey, ulong sequence)
    {
        _expiries.BeginBatch();
        if (_earlier.Find(ns, userKey, out KeyspaceKey? key) is { } reason)
        {
            LeaveAlone(reason, key?.Type.Name ?? "");
            return [];
        }

        var deletion = new CommandWriter(sequence, ns, userKey);
        if (key is null || !KeyConversion.Exists(key.Metadata))
        {
            deletion.Write("DEL");
            return [.. deletion.Commands];
        }

        if (key.ExpiryMilliseconds != 0 && key.ExpiryMilliseconds <= _expiries.Now)
        {
            _notes.AddKey(ConversionNoteKind.Expired, "", ns, userKey);
            deletion.Write("DEL");
            return [.. deletion.Commands];
        }

        bool isUnreadable = key.Type == KvrocksType.Json && key.ToJsonText() is null;
        if (isUnreadable || TypeCommands.Find(key.Metadata, _options) is not { } type)
        {
            bool isChosen = _options.KindOfOmission(key.Type) == ConversionNoteKind.JsonOmitted;
            LeaveAlone(isChosen ? KeyLeftAloneReason.JsonOmitted : KeyLeftAloneReason.NoCommand, key.Type.Name);
            return [];
        }

        if (!type.ReplacesValue)
        {
            deletion.Write("DEL");
        }

        var creation = new CommandWriter(sequence, ns, userKey);
        _keys.Build(creation, key);
        var expired = new CommandWriter(sequence, ns, userKey);
        RemoveExpired(expired, key);
        List<RedisCommand> commands =
            [.. deletion.Commands, .. creation.Commands, .. creation.NewerCommands, .. expired.Commands];
        NoteNewer(commands);
        if (commands.Count > 1)
        {
            commands.Insert(0, new RedisCommand(sequence, ns, new[] { Argument.Of("MULTI") }));
            commands.Add(new RedisCommand(sequence, ns, new[] { Argument.Of("EXEC") }));
        }

        return commands;

        void LeaveAlone(KeyLeftAloneReason why, string typeName)
        {
            _leftAlone.Add(new KeyLeftAlone(sequence, ns, userKey, why));
            _notes.AddKey(
                why switch
                {
                    KeyLeftAloneReason.NoCommand => ConversionNoteKind.NoCommand,
                    KeyLeftAloneReason.JsonOmitted => ConversionNoteKind.JsonOmitted,
                    KeyLeftAloneReason.IncompleteBefore => ConversionNoteKind.IncompleteKey,
                    _ => ConversionNoteKind.UnknownBefore,
                },
                typeName,
                ns,
                userKey);
        }
    }

    /// <summary>Removes the fields of a hash that have expired. Servers without HPEXPIREAT, which sets such an expiry, have HDEL.</summary>
    private void RemoveExpired(CommandWriter writer, KeyspaceKey key)
    {
        List<ReadOnlyMemory<byte>> fields =
        [
            .. from field in key.HashFields()
               where field.ExpiryMilliseconds != 0 && field.ExpiryMilliseconds <= _expiries.Now
               select field.Field,
        ];
        if (fields.Count > 0)
        {
            _notes.AddKey(ConversionNoteKind.Expired, "", key.Namespace, key.UserKey);
            writer.WriteElements("HDEL", fields);
        }
    }

    /// <summary>
    /// Returns whether a batch follows the one before it or, as the first, begins the database; notes the gap if it does not.
    /// </summary>
    private bool Continues(in WriteBatch batch)
    {
        // The first batch of a database has the number 1, or 0.
        bool continues = _nextSequence is { } next ? batch.Sequence <= next : batch.Sequence <= 1;
        if (batch.Finding is not null)
        {
            // The rest of the batch is the gap. Its numbers are not known, so the next batch does not show a second one.
            _nextSequence = null;
            return continues;
        }

        if (!continues && _nextSequence is not null)
        {
            _notes.Add(ConversionNoteKind.Gap);
        }

        _nextSequence = batch.Sequence + (uint)batch.Count;
        return continues;
    }

    /// <summary>Notes the keys of a batch of which not even the type is known, and ranges that may have deleted such keys.</summary>
    private void NoteUnknown(WriteBatch batch, BatchChanges changes)
    {
        bool hasSlot = _later.SlotEncoding == SlotEncoding.On;
        foreach (WriteBatchOperation operation in batch)
        {
            if (!operation.HasKey || !(operation.Type.IsPut || operation.Type.IsDelete))
            {
                continue;
            }

            switch (_options.Keyspace.Families[operation.ColumnFamily])
            {
                case KvrocksColumnFamily.Metadata when MetadataKey.TryRead(operation.Key, hasSlot, out MetadataKey key):
                    NoteUnknown(key.Namespace, key.UserKey, batch.Sequence);
                    break;
                case KvrocksColumnFamily.Default or KvrocksColumnFamily.Stream
                    when SubkeyKey.TryRead(operation.Key, hasSlot, out SubkeyKey subkey):
                    NoteUnknown(subkey.Namespace, subkey.UserKey, batch.Sequence);
                    break;
                default:
                    break;
            }
        }

        foreach (RangeDeletion range in changes.RangeDeletions.Where(range => range.Family == KvrocksColumnFamily.Metadata))
        {
            if (MayContainUnknown(range))
            {
                _notes.Add(ConversionNoteKind.UnknownRange);
            }
        }
    }

    /// <summary>Returns whether a range may have contained keys that the log does not show, in a namespace that is converted.</summary>
    private bool MayContainUnknown(RangeDeletion range)
    {
        ReadOnlySpan<byte> begin = range.Begin.Span;
        if (begin.IsEmpty || begin.Length <= begin[0])
        {
            return true;
        }

        ReadOnlyMemory<byte> ns = range.Begin.Slice(1, begin[0]);
        bool isWithin = range.End.Span.SequenceCompareTo(KnownNamespaces.EndOf(KnownNamespaces.PrefixOf(ns.Span))) <= 0;
        return !isWithin || (IsWanted(ns) && !_earlier.IsWholeIn(ns));
    }

    private void NoteUnknown(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> userKey, ulong sequence)
    {
        if (_later.Find(ns, userKey) is null && ns.ToArray() is var space && IsWanted(space))
        {
            NoteChanged(space, userKey.ToArray(), sequence);
        }
    }

    private void NoteChanged(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> userKey, ulong sequence) =>
        _changed[KeyName.Of(ns, userKey)] = (sequence, _order++);

    private void NoteOtherFamilies(WriteBatch batch)
    {
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey && _options.Keyspace.Families[operation.ColumnFamily] is var family && !family.HasKeys)
            {
                _notes.Add(ConversionNoteKind.OtherFamily, KvrocksColumnFamilies.NameOf(family) ?? "");
            }
        }
    }

    private void NoteUndecodable(BatchChanges changes)
    {
        if (changes.Undecodable.Count > 0)
        {
            _notes.Add(ConversionNoteKind.Undecodable, count: changes.Undecodable.Count);
        }
    }

    private void NoteNewer(List<RedisCommand> commands)
    {
        foreach (string name in commands.Select(command => command.Name).Where(name => name is "HPEXPIREAT" or "JSON.SET"))
        {
            if (_options.Target == CommandTarget.Redis)
            {
                _notes.Add(ConversionNoteKind.NeedsNewerServer, name);
            }
        }
    }

    private bool IsWanted(ReadOnlyMemory<byte> ns) => _options.Namespaces?.Any(wanted => wanted.Span.SequenceEqual(ns.Span)) != false;
}
