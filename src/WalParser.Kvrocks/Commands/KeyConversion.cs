using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>Converts what happens to one key: whether it is changed, created anew or deleted, and its expiry.</summary>
internal sealed class KeyConversion(ConversionContext context)
{
    /// <summary>A margin for the time between the conversion and the load of the commands.</summary>
    private const ulong MinuteMilliseconds = 60_000;

    private readonly ExpiryHold _expiries = context.Expiries;
    private readonly NoteList _notes = context.Notes;
    private readonly RewriteAllowance _rewrites = context.Rewrites;

    /// <summary>
    /// The keys, each as <see cref="KeyName"/>, that the log shows and for which no command could be written: their metadata reaches none of
    /// their elements, which is damage or a fault of the server. They have no expiry on the server either.
    /// </summary>
    private readonly HashSet<byte[]> _absent = new(ByteStringComparer.Instance);

    /// <summary>Returns whether the target has commands for keys of a type.</summary>
    public bool HasCommands(KvrocksType type) => Find(type) is not null;

    /// <summary>Returns whether the target has commands that create a key with the metadata.</summary>
    public bool HasCommands(in KvrocksMetadata metadata) => Find(metadata) is not null;

    /// <summary>Writes the commands for what a batch did to a key.</summary>
    /// <param name="writer">Receives the commands.</param>
    /// <param name="change">What the batch did.</param>
    /// <param name="source">The key that this one was renamed from or copied from; null if it was not.</param>
    /// <param name="isRenamed">Whether that was a RENAME.</param>
    public void Change(CommandWriter writer, KeyChange change, ReadOnlyMemory<byte>? source, bool isRenamed)
    {
        KvrocksMetadata before = KvrocksMetadata.ReadOrDefault(change.MetadataBefore);
        KvrocksMetadata after = KvrocksMetadata.ReadOrDefault(change.MetadataAfter);
        bool isBehind = _rewrites.IsBehind(change.Namespace, change.UserKey);
        bool existed = isBehind || (Exists(before) && HasCommands(before));
        if (!Exists(after) || Find(after) is not { } commands)
        {
            if (existed)
            {
                writer.Write("DEL");
            }

            _expiries.Forget(change.Namespace, change.UserKey);
            _rewrites.CatchUp(change.Namespace, change.UserKey);
            NoteCreated(change.Namespace, change.UserKey, isCreated: true);
            return;
        }

        NoteOtherType(change.Namespace, change.UserKey, after.Type);
        writer.IsNewer = commands.IsNewer;
        bool isHeld = _expiries.Holds(change.Namespace, change.UserKey);
        bool isLost = MayBeLost(before, isHeld);
        bool isSameVersion = existed && !isBehind && !isLost && before.Type == after.Type && before.Version == after.Version;
        ulong expiry = isHeld ? 0 : before.ExpiryMilliseconds;
        if (isSameVersion && (HasEmptied(change, before) || IsAbsent(change.Namespace, change.UserKey)))
        {
            expiry = 0;
        }

        int count = writer.Count;
        if (source is { } other)
        {
            var from = new CommandWriter(writer.Sequence, change.Namespace, other);
            bool replaces = !isRenamed && existed;
            from.Write(isRenamed ? "RENAME" : "COPY", replaces ? [change.UserKey, Argument.Of("REPLACE")] : [change.UserKey]);
            writer.Append(from);
            expiry = _expiries.Holds(change.Namespace, other) ? 0 : after.ExpiryMilliseconds;
            _expiries.CopyFields(change.Namespace, other, change.UserKey);
        }
        else if (!isSameVersion || !commands.TryUpdate(writer, change, context, ref expiry))
        {
            // Time decides whether a key may be lost: a log cannot bring that about again and again.
            if (!isLost && !_rewrites.TrySpend(RewriteAllowance.CostOf(change)))
            {
                FallBehind(change.Key!);
                return;
            }

            expiry = Replace(writer, change, commands);
            count = writer.Count;
        }

        if (writer.Count > count)
        {
            NoteCreated(change.Namespace, change.UserKey, isCreated: true);
        }

        _rewrites.CatchUp(change.Namespace, change.UserKey);
        SetExpiry(writer, change.Key!, expiry);
    }

    /// <summary>
    /// Returns whether the server that the commands are for may have dropped a key because of its expiry, although the log goes on with it.
    /// </summary>
    public bool MayBeLost(in KvrocksMetadata metadata, bool isHeld) =>
        metadata.ExpiryMilliseconds != 0 && !isHeld && metadata.ExpiryMilliseconds <= _expiries.Now;

    /// <summary>
    /// Notes that the server keeps an earlier state of a key. An expiry that is held back for it belongs to that state.
    /// </summary>
    public void FallBehind(KeyspaceKey key)
    {
        _notes.AddKey(ConversionNoteKind.StatesOmitted, "", key.Namespace, key.UserKey);
        _expiries.Forget(key.Namespace, key.UserKey);
        _rewrites.FallBehind(key.Namespace, key.UserKey);
    }

    /// <summary>Creates a key anew of which the server has an earlier state.</summary>
    public void CatchUp(CommandWriter writer, KeyspaceKey key)
    {
        writer.IsNewer = Find(key.Type) is { IsNewer: true };
        writer.Write("DEL");
        _expiries.Forget(key.Namespace, key.UserKey);
        Build(writer, key);
    }

    /// <summary>
    /// Returns whether the conversion of a change can have left the server with an earlier state of the key; null if that depends on the
    /// changes before. The context of this instance has no allowance.
    /// </summary>
    public bool? MayFallBehind(KeyChange change)
    {
        KvrocksMetadata before = KvrocksMetadata.ReadOrDefault(change.MetadataBefore);
        KvrocksMetadata after = KvrocksMetadata.ReadOrDefault(change.MetadataAfter);
        if (!Exists(after) || Find(after) is not { } commands || RewriteAllowance.CostOf(change) == 0)
        {
            return false;
        }

        ulong expiry = 0;
        bool isSameVersion = Exists(before) && before.Type == after.Type && before.Version == after.Version;
        var writer = new CommandWriter(0, change.Namespace, change.UserKey);
        return isSameVersion && commands.TryUpdate(writer, change, context, ref expiry) ? null : true;
    }

    /// <summary>Creates a key that the server does not have, with its expiry.</summary>
    public void Build(CommandWriter writer, KeyspaceKey key)
    {
        KvrocksMetadata metadata = key.Metadata;
        if (!Exists(metadata) || Find(metadata) is not { } commands)
        {
            return;
        }

        NoteOtherType(key.Namespace, key.UserKey, metadata.Type);
        writer.IsNewer = commands.IsNewer;
        SetExpiry(writer, key, Create(writer, key, commands));
    }

    /// <summary>
    /// Creates a key anew, whatever the server has. An expired key is deleted: if it changes again, it is created anew then.
    /// </summary>
    public void Rebuild(CommandWriter writer, KeyspaceKey key)
    {
        writer.Write("DEL");
        if (key.ExpiryMilliseconds == 0 || key.ExpiryMilliseconds > _expiries.Now)
        {
            Build(writer, key);
        }
    }

    /// <summary>
    /// Sets the known elements of a key whose others are not known, if that has the same effect however often it is done. Returns false if
    /// it has not, if no element is known, or if the type does not show which elements are missing.
    /// </summary>
    public bool TryComplete(CommandWriter writer, KeyspaceKey key, TypeCommands commands)
    {
        if (key.Type == KvrocksType.List || key.Type == KvrocksType.Stream || (key.Type.CountsElements && key.ElementCount == 0))
        {
            return false;
        }

        writer.IsNewer = commands.IsNewer;
        ulong expiry = commands.Build(writer, key, context);
        if (key.ExpiryMilliseconds == 0)
        {
            writer.Write("PERSIST");
        }

        SetExpiry(writer, key, expiry);
        return commands.ShowsMissingElements;
    }

    /// <summary>
    /// Brings a key to a state in which its expiry is held back, if the server may have that expiry already. A key that the server may have
    /// dropped, or fields of it, is created anew. An expired key is deleted: if it changes again, it is created anew then
    /// (<see cref="MayBeLost"/>).
    /// </summary>
    public void Resume(CommandWriter writer, KeyspaceKey key)
    {
        ulong expiry = key.ExpiryMilliseconds;
        if (expiry != 0 && expiry <= _expiries.Now)
        {
            // The key can have been created anew, with its expiry held back, because the server had an earlier state of it.
            writer.Write("DEL");
            _expiries.Forget(key.Namespace, key.UserKey);
            return;
        }

        bool hasHeldFields = key.Type == KvrocksType.Hash && key.HashFields().Any(field => _expiries.IsHeldBack(field.ExpiryMilliseconds));
        bool isSoon = _expiries.IsHeldBack(expiry) && expiry - _expiries.Now <= MinuteMilliseconds;
        if ((hasHeldFields || isSoon) && (context.IsLogWhole || key.IsComplete))
        {
            writer.IsNewer = Find(key.Type) is { IsNewer: true };
            writer.Write("DEL");
            Build(writer, key);
        }
        else if (_expiries.IsHeldBack(expiry))
        {
            writer.Write("PERSIST");
            _expiries.HoldKey(key.Namespace, key.UserKey, expiry);
        }
    }

    /// <summary>Returns whether a key exists, or existed before its expiry.</summary>
    public static bool Exists(in KvrocksMetadata metadata) => metadata.ExistsAt(DateTimeOffset.UnixEpoch);

    /// <summary>Returns whether the server has lost a key, and with it its expiry, because none of its elements are known.</summary>
    private static bool HasEmptied(KeyChange change, in KvrocksMetadata before)
    {
        if (!before.Type.CountsElements || before.Type.MayBeEmpty)
        {
            return false;
        }

        int count = change.Key!.ElementCount - change.Subkeys.Count(subkey => subkey.Before is null && subkey.After is not null);
        return count + change.Subkeys.Count(subkey => subkey.After is null && subkey.Before is not null) <= 0;
    }

    private TypeCommands? Find(KvrocksType type) => TypeCommands.Find(type, context.Options);

    private TypeCommands? Find(in KvrocksMetadata metadata) => TypeCommands.Find(metadata, context.Options);

    private void NoteOtherType(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, KvrocksType type)
    {
        if (!TypeCommands.KeepsType(type, context.Options))
        {
            _notes.AddKey(ConversionNoteKind.OtherType, type.Name, ns, key);
        }
    }

    /// <summary>Creates a key in place of whatever the server has, and returns the expiry that it has then.</summary>
    private ulong Replace(CommandWriter writer, KeyChange change, TypeCommands commands)
    {
        KeyspaceKey key = change.Key!;
        bool isUnknown = change.MetadataBefore is null && !context.IsLogWhole;
        if (isUnknown && (!commands.ShowsMissingElements || !key.IsComplete))
        {
            // The key existed before the log begins: the known part is added to what the server may have.
            _notes.AddKey(ConversionNoteKind.IncompleteKey, key.Type.Name, change.Namespace, change.UserKey);
        }
        else if (!commands.ReplacesValue && (isUnknown || change.MetadataBefore is not null) && MustBeDeleted(change))
        {
            if (isUnknown)
            {
                _notes.AddKey(ConversionNoteKind.UnknownBefore, "", change.Namespace, change.UserKey);
            }

            writer.Write("DEL");
        }

        return Create(writer, key, commands);
    }

    /// <summary>Writes the commands that create a key, and returns the expiry that it has then.</summary>
    private ulong Create(CommandWriter writer, KeyspaceKey key, TypeCommands commands)
    {
        int count = writer.Count;
        ulong expiry = commands.Build(writer, key, context);
        NoteCreated(key.Namespace, key.UserKey, isCreated: writer.Count > count || !context.IsLogWhole);

        return expiry;
    }

    private bool IsAbsent(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) =>
        _absent.Count > 0 && _absent.Contains(KeyName.Of(ns, key));

    private void NoteCreated(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, bool isCreated)
    {
        if (!isCreated)
        {
            _absent.Add(KeyName.Of(ns, key));
        }
        else if (_absent.Count > 0)
        {
            _absent.Remove(KeyName.Of(ns, key));
        }
    }

    private bool MustBeDeleted(KeyChange change)
    {
        KvrocksMetadata before = KvrocksMetadata.ReadOrDefault(change.MetadataBefore);
        return change.MetadataBefore is null || (Exists(before) && HasCommands(before));
    }

    /// <summary>
    /// Returns whether the commands for a key create it, as far as the log shows. A key that the server of the log has miscounted exists
    /// there without elements, and on no other server.
    /// </summary>
    public bool IsCreated(KeyspaceKey key) =>
        !context.IsLogWhole
        || (!IsAbsent(key.Namespace, key.UserKey)
            && (!key.Type.CountsElements || key.Type.MayBeEmpty || HasVisibleElements(key)));

    private static bool HasVisibleElements(KeyspaceKey key) =>
        key.ElementCount > 0 && (key.Live?.HasOtherScores != true || key.ZSetMembers().Any());

    /// <summary>Changes the expiry from the one that the server has to the wanted one.</summary>
    private void SetExpiry(CommandWriter writer, KeyspaceKey key, ulong present)
    {
        ulong wanted = key.ExpiryMilliseconds;
        if (!IsCreated(key))
        {
            _expiries.Forget(writer.Namespace, writer.Key);
            return;
        }

        if (wanted != 0 && wanted != present && _expiries.HoldKey(writer.Namespace, writer.Key, wanted))
        {
            if (present != 0)
            {
                writer.Write("PERSIST");
            }

            return;
        }

        _expiries.Forget(writer.Namespace, writer.Key);
        if (wanted == present)
        {
            return;
        }

        if (wanted == 0)
        {
            writer.Write("PERSIST");
        }
        else
        {
            writer.Write("PEXPIREAT", Argument.Of(Math.Min(wanted, long.MaxValue)));
        }
    }
}
