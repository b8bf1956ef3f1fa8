using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <content>Keys of which it is not known which of several batches the server has executed.</content>
public sealed partial class CommandConverter
{
    /// <summary>Whether the logs show the database from its beginning without a gap, as far as they were read.</summary>
    internal bool IsLogWhole => _context.IsLogWhole;

    /// <summary>Applies a batch as <see cref="Skip(ref WriteBatch)"/> does, and collects the keys that it changes.</summary>
    internal void Skip(ref WriteBatch batch, TouchedKeys? touched)
    {
        _skipped ??= new SkippedRewrites(_options);
        BatchChanges changes = Apply(ref batch, out List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> deleted);
        _versions.Note(changes);
        touched?.Note(_sequence, changes, deleted, _context.IsLogWhole);
    }

    /// <summary>Returns whether keys of a namespace are converted.</summary>
    internal bool Converts(ReadOnlyMemory<byte> ns) => IsWanted(ns);

    /// <summary>Returns whether any type that a key had before or after the batches has commands.</summary>
    internal bool HasCommands(TouchedKey touched) => touched.Types.Any(_keys.HasCommands);

    /// <summary>Returns how a key is brought to its present state, if the server has it as any batch left it.</summary>
    internal KeyRepair Repair(TouchedKey touched)
    {
        _expiries.BeginBatch();
        var writer = new CommandWriter(touched.Sequence, touched.Namespace, touched.Key);
        KeyspaceKey? key = Keyspace.Find(touched.Namespace.Span, touched.Key.Span);
        KvrocksMetadata metadata = key is null ? default : key.Metadata;
        bool isCertain = true;
        if (key is null || !KeyConversion.Exists(metadata) || TypeCommands.Find(metadata, _options) is not { } commands)
        {
            // A key that a caller has named, and that the logs do not show at all, is not theirs.
            isCertain = !touched.IsOnlyNamed || key is not null;
            if (HasCommands(touched) || touched.IsDeletedUnseen)
            {
                writer.Write("DEL");
            }
        }
        else if (_context.IsLogWhole || (key.IsComplete && commands.ShowsMissingElements))
        {
            _keys.Rebuild(writer, key);
        }
        else
        {
            isCertain = _keys.TryComplete(writer, key, commands) && !touched.HasLostElements;
        }

        return new KeyRepair(InOrder([writer]), isCertain);
    }

    /// <summary>Returns the names, as TYPE returns them, of the types that the server may have for a key.</summary>
    internal HashSet<string> ServerTypesOf(TouchedKey touched)
    {
        HashSet<string> names = [.. touched.Types.Where(_keys.HasCommands).SelectMany(type => TypeCommands.NamesOnServer(type, _options))];
        if (Keyspace.Find(touched.Namespace.Span, touched.Key.Span) is { } key
            && KeyConversion.Exists(key.Metadata)
            && _keys.HasCommands(key.Metadata))
        {
            names.UnionWith(TypeCommands.NamesOnServer(key.Type, _options));
        }

        return names;
    }
}
