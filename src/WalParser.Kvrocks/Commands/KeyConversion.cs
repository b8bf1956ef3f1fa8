using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>What happens to one key, as commands: whether it is changed, made anew or deleted, and its expiry.</summary>
internal sealed class KeyConversion(CommandOptions options, ExpiryHold expiries, NoteList notes)
{
    /// <summary>It may pass between the conversion and the load.</summary>
    private const ulong MinuteMilliseconds = 60_000;

    /// <summary>Whether the key is known from its beginning, or is one that the log shows from the middle of its life on.</summary>
    public bool IsLogWhole { get; set; } = true;

    /// <summary>Whether a type can be told in commands.</summary>
    public bool HasForm(KvrocksType type) => type switch
    {
        KvrocksType.String or KvrocksType.Hash or KvrocksType.List or KvrocksType.Set or KvrocksType.ZSet => true,
        KvrocksType.Bitmap or KvrocksType.SortedInt or KvrocksType.Stream => true,
        KvrocksType.HyperLogLog => options.Target == CommandTarget.Redis,
        KvrocksType.Json => options.WithJson,
        _ => false,
    };

    /// <summary>Tells what a batch did to a key.</summary>
    /// <param name="writer">Takes the commands.</param>
    /// <param name="change">What the batch did.</param>
    /// <param name="source">The key that this one was renamed from or copied from; null if it was not.</param>
    /// <param name="isRenamed">Whether that was a RENAME.</param>
    public void Change(CommandWriter writer, KeyChange change, ReadOnlyMemory<byte>? source, bool isRenamed)
    {
        KvrocksMetadata before = Read(change.MetadataBefore);
        KvrocksMetadata after = Read(change.MetadataAfter);
        bool wasThere = IsThere(before) && HasForm(before.Type);
        if (!IsThere(after) || !HasForm(after.Type))
        {
            if (IsThere(after))
            {
                notes.AddKey(ConversionNoteKind.NoCommand, after.Type.Name, change.Namespace, change.UserKey);
            }

            if (wasThere)
            {
                writer.Write("DEL");
            }

            expiries.Forget(change.Namespace, change.UserKey);
            return;
        }

        writer.IsNewer = after.Type == KvrocksType.Json;
        bool isHeld = expiries.Holds(change.Namespace, change.UserKey);
        bool isSameLife = wasThere && before.Type == after.Type && before.Version == after.Version && !MayBeLost(before, isHeld);
        ulong expiry = isHeld ? 0 : before.ExpiryMilliseconds;
        if (isSameLife && HasEmptied(change, before))
        {
            expiry = 0;
        }

        if (source is { } other)
        {
            var from = new CommandWriter(writer.Sequence, change.Namespace, other);
            from.Write(isRenamed ? "RENAME" : "COPY", isRenamed || !wasThere ? [change.UserKey] : [change.UserKey, Argument.Of("REPLACE")]);
            writer.Append(from);
            expiry = expiries.Holds(change.Namespace, other) ? 0 : after.ExpiryMilliseconds;
            expiries.CopyFields(change.Namespace, other, change.UserKey);
        }
        else if (!isSameLife || !TryUpdate(writer, change, after, ref expiry))
        {
            expiry = Replace(writer, change, after);
        }

        SetExpiry(writer, expiry, after.ExpiryMilliseconds);
    }

    /// <summary>Whether the server that the commands are for may have dropped a key by its expiry, although the log goes on with it.</summary>
    public bool MayBeLost(in KvrocksMetadata metadata, bool isHeld) =>
        metadata.ExpiryMilliseconds != 0 && !isHeld && metadata.ExpiryMilliseconds <= expiries.Now;

    /// <summary>Makes a key of which the server has nothing, with its expiry.</summary>
    public void Build(CommandWriter writer, KeyspaceKey key)
    {
        KvrocksMetadata metadata = key.Metadata;
        if (!IsThere(metadata))
        {
            return;
        }

        if (!HasForm(metadata.Type))
        {
            notes.AddKey(ConversionNoteKind.NoCommand, metadata.Type.Name, key.Namespace, key.UserKey);
            return;
        }

        writer.IsNewer = metadata.Type == KvrocksType.Json;
        SetExpiry(writer, BuildValue(writer, key), metadata.ExpiryMilliseconds);
    }

    /// <summary>
    /// Brings a key, of which it is not known if its expiry went to the server, to where it is held back; if the server may have dropped it, or
    /// fields of it, then it is made anew. What has expired is deleted: should it change again, it is made anew then (<see cref="MayBeLost"/>).
    /// </summary>
    public void Resume(CommandWriter writer, KeyspaceKey key)
    {
        ulong expiry = key.ExpiryMilliseconds;
        if (expiry != 0 && expiry <= expiries.Now)
        {
            writer.Write("DEL");
            return;
        }

        bool hasHeldFields = key.Type == KvrocksType.Hash && key.HashFields().Any(field => expiries.IsHeldBack(field.ExpiryMilliseconds));
        bool isSoon = expiries.IsHeldBack(expiry) && expiry - expiries.Now <= MinuteMilliseconds;
        if ((hasHeldFields || isSoon) && key.IsComplete)
        {
            writer.IsNewer = key.Type == KvrocksType.Json;
            writer.Write("DEL");
            Build(writer, key);
        }
        else if (expiries.IsHeldBack(expiry))
        {
            writer.Write("PERSIST");
            expiries.HoldKey(key.Namespace, key.UserKey, expiry);
        }
    }

    public static bool IsThere(in KvrocksMetadata metadata) => metadata.ExistsAt(DateTimeOffset.UnixEpoch);

    public static KvrocksMetadata Read(ReadOnlyMemory<byte>? value) =>
        value is { } bytes && KvrocksMetadata.TryRead(bytes.Span, out KvrocksMetadata metadata, out _) ? metadata : default;

    /// <summary>Whether the server has lost a key, and so its expiry, because none of the elements it should have are known.</summary>
    private static bool HasEmptied(KeyChange change, in KvrocksMetadata before)
    {
        if (before.Type is not (KvrocksType.Hash or KvrocksType.List or KvrocksType.Set or KvrocksType.ZSet or KvrocksType.SortedInt))
        {
            return false;
        }

        int count = change.Key!.ElementCount - change.Subkeys.Count(subkey => subkey.Before is null && subkey.After is not null);
        return count + change.Subkeys.Count(subkey => subkey.After is null && subkey.Before is not null) <= 0;
    }

    private bool TryUpdate(CommandWriter writer, KeyChange change, in KvrocksMetadata metadata, ref ulong expiry)
    {
        switch (metadata.Type)
        {
            case KvrocksType.String or KvrocksType.Json:
                if (!Read(change.MetadataBefore).Body.SequenceEqual(metadata.Body))
                {
                    if (metadata.Type == KvrocksType.Json)
                    {
                        return TrySetJson(writer, change.Key!);
                    }

                    expiry = SetString(writer, change.Key!.StringValue, metadata.ExpiryMilliseconds);
                }

                return true;
            case KvrocksType.HyperLogLog:
                if (change.Subkeys.Count > 0)
                {
                    expiry = SetString(writer, HyperLogLogString.Of(change.Key!), metadata.ExpiryMilliseconds);
                }

                return true;
            case KvrocksType.Hash:
                HashCommands.Update(writer, change, expiries, notes);
                return true;
            case KvrocksType.List:
                ListCommands.Update(writer, change);
                return true;
            case KvrocksType.Set:
                SetCommands.Update(writer, change);
                return true;
            case KvrocksType.ZSet:
                ZSetCommands.Update(writer, change, notes);
                return true;
            case KvrocksType.SortedInt:
                SortedIntCommands.Update(writer, change, options.Target, notes);
                return true;
            case KvrocksType.Bitmap:
                return BitmapCommands.TryUpdate(writer, change, options.Target);
            default:
                if (!StreamUpdate.TryWrite(writer, change))
                {
                    return false;
                }

                StreamCommands.NoteImpossible(
                    change.Subkeys.Where(subkey => subkey.After is not null).Select(subkey => KeyValuePair.Create(subkey.Subkey, subkey.After!.Value)), notes);
                return true;
        }
    }

    /// <summary>Makes a key in place of whatever there was, and returns the expiry that it has then.</summary>
    private ulong Replace(CommandWriter writer, KeyChange change, in KvrocksMetadata metadata)
    {
        bool isUnknown = change.MetadataBefore is null && !IsLogWhole;
        bool isSetWhole = metadata.Type is KvrocksType.String or KvrocksType.HyperLogLog;
        if (isUnknown && (metadata.Type is KvrocksType.Bitmap or KvrocksType.HyperLogLog || !change.Key!.IsComplete))
        {
            // The key was there before the log begins: what is known of it comes to what the server may have.
            notes.AddKey(ConversionNoteKind.IncompleteKey, metadata.Type.Name, change.Namespace, change.UserKey);
        }
        else if (!isSetWhole && (isUnknown || change.MetadataBefore is not null) && IsToBeDeleted(change))
        {
            if (isUnknown)
            {
                notes.AddKey(ConversionNoteKind.UnknownBefore, "", change.Namespace, change.UserKey);
            }

            writer.Write("DEL");
        }

        return BuildValue(writer, change.Key!);
    }

    private bool IsToBeDeleted(KeyChange change)
    {
        KvrocksMetadata before = Read(change.MetadataBefore);
        return change.MetadataBefore is null || (IsThere(before) && HasForm(before.Type));
    }

    private ulong BuildValue(CommandWriter writer, KeyspaceKey key)
    {
        KvrocksMetadata metadata = key.Metadata;
        switch (metadata.Type)
        {
            case KvrocksType.String:
                return SetString(writer, key.StringValue, metadata.ExpiryMilliseconds);
            case KvrocksType.HyperLogLog:
                return SetString(writer, HyperLogLogString.Of(key), metadata.ExpiryMilliseconds);
            case KvrocksType.Json:
                if (!TrySetJson(writer, key))
                {
                    notes.AddKey(ConversionNoteKind.NoCommand, metadata.Type.Name, key.Namespace, key.UserKey);
                }

                return 0;
            case KvrocksType.Bitmap:
                if (!BitmapCommands.TryBuild(writer, key, options.Target, IsLogWhole))
                {
                    notes.AddKey(ConversionNoteKind.NoCommand, metadata.Type.Name, key.Namespace, key.UserKey);
                }

                return 0;
            case KvrocksType.Hash:
                HashCommands.Build(writer, key, expiries);
                return 0;
            case KvrocksType.List:
                ListCommands.Build(writer, key);
                return 0;
            case KvrocksType.Set:
                SetCommands.Build(writer, key);
                return 0;
            case KvrocksType.ZSet:
                ZSetCommands.Build(writer, key, notes);
                return 0;
            case KvrocksType.SortedInt:
                SortedIntCommands.Build(writer, key, options.Target, notes);
                return 0;
            default:
                StreamCommands.NoteImpossible(key.Elements, notes);
                StreamCommands.Build(writer, key);
                return 0;
        }
    }

    private ulong SetString(CommandWriter writer, ReadOnlyMemory<byte> value, ulong expiry)
    {
        if (expiry == 0 || expiries.HoldKey(writer.Namespace, writer.Key, expiry))
        {
            writer.Write("SET", value);
            return 0;
        }

        writer.Write("SET", value, Argument.Of("PXAT"), Argument.Of(Math.Min(expiry, long.MaxValue)));
        return expiry;
    }

    private static bool TrySetJson(CommandWriter writer, KeyspaceKey key)
    {
        if (key.ToJsonText() is { } text)
        {
            writer.Write("JSON.SET", Argument.Of("$"), text);
            return true;
        }

        return false;
    }

    /// <summary>Brings the expiry from what the server has to what it is to be.</summary>
    private void SetExpiry(CommandWriter writer, ulong present, ulong wanted)
    {
        if (wanted != 0 && wanted != present && expiries.HoldKey(writer.Namespace, writer.Key, wanted))
        {
            if (present != 0)
            {
                writer.Write("PERSIST");
            }

            return;
        }

        expiries.Forget(writer.Namespace, writer.Key);
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
