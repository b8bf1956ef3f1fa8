using WalParser.Coding;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <content>Keys that are created anew: after a flush, and those of which the server has an earlier state.</content>
public sealed partial class CommandConverter
{
    /// <summary>Empties namespaces, and creates the keys that the batch put there afterwards.</summary>
    private void Flush(Flushes flushes, BatchChanges changes, List<CommandWriter> writers)
    {
        if (flushes.IsGuessed)
        {
            _notes.Add(ConversionNoteKind.UnknownRange);
        }

        foreach (byte[] name in _rewrites.Behind.Where(name => flushes.Contains(KeyName.NamespaceOf(name))).ToList())
        {
            _rewrites.CatchUp(KeyName.NamespaceOf(name), KeyName.UserKeyOf(name));
        }

        bool isAll = flushes.IsAll && _options.Namespaces is null;
        foreach (byte[] ns in flushes.Namespaces.Where(ns => IsWanted(ns)))
        {
            if (!isAll || ReferenceEquals(ns, flushes.Namespaces[0]))
            {
                BeginKey(ns, default, writers).WriteKeyless(isAll ? "FLUSHALL" : "FLUSHDB");
            }
        }

        // The range contained all keys of these namespaces: those that exist after it were created, or put there again.
        OrderedDictionary<KeyspaceKey, long> costs = [];
        foreach (KeyspaceKey key in changes.Restored)
        {
            costs[key] = key.ElementsSize;
        }

        foreach (KeyChange change in changes.Keys.Where(change => change.Key is not null))
        {
            costs[change.Key!] = RewriteAllowance.CostOf(change);
        }

        foreach ((KeyspaceKey key, long cost) in costs.Where(pair => flushes.Contains(pair.Key.Namespace)))
        {
            _namespaces.Add(key.Namespace.Span);
            if (!IsWanted(key.Namespace))
            {
                continue;
            }

            if (_rewrites.TrySpend(cost))
            {
                _keys.Build(BeginKey(key.Namespace, key.UserKey, writers), key);
            }
            else
            {
                _keys.FallBehind(key);
            }
        }
    }

    /// <summary>Creates the keys anew of which the server has an earlier state.</summary>
    private List<CommandWriter> CatchUp()
    {
        List<CommandWriter> writers = [];
        foreach (byte[] name in _rewrites.Behind.Order(ByteStringComparer.Instance))
        {
            ReadOnlyMemory<byte> ns = KeyName.NamespaceOf(name);
            if (IsWanted(ns) && Keyspace.Find(ns.Span, KeyName.UserKeyOf(name).Span) is { } key)
            {
                _keys.CatchUp(BeginKey(ns, key.UserKey, writers), key);
            }
        }

        _rewrites.CatchUp();
        return writers;
    }
}
