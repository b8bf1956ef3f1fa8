using WalParser.Coding;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The keys of skipped batches of which the server may have an earlier state (<see cref="RewriteAllowance"/>): an interrupted load may have
/// stopped before it wrote them again. These are more keys than fell behind, because the allowance of that load is not known.
/// </summary>
internal sealed class SkippedRewrites(CommandOptions options)
{
    private readonly HashSet<byte[]> _behind = new(ByteStringComparer.Instance);

    /// <summary>The keys, each as <see cref="KeyName"/>.</summary>
    public IReadOnlyCollection<byte[]> Behind => _behind;

    public void Note(BatchChanges changes)
    {
        // Only whether there would be commands without any allowance is of interest, not the commands, notes and expiries.
        var expiries = new ExpiryHold(options.ExpiryHold, options.Clock);
        var keys = new KeyConversion(new ConversionContext(options, expiries, new NoteList(), new RewriteAllowance(0)));
        foreach (KeyspaceKey key in changes.Restored.Where(key => key.ElementsSize > 0))
        {
            _behind.Add(KeyName.Of(key.Namespace, key.UserKey));
        }

        foreach (KeyChange change in changes.Keys)
        {
            if (change.Key is null)
            {
                Set(change, false);
            }
            else if (keys.MayFallBehind(change) is { } mayFallBehind)
            {
                Set(change, mayFallBehind);
            }
        }
    }

    private void Set(KeyChange change, bool isBehind)
    {
        if (isBehind)
        {
            _behind.Add(KeyName.Of(change.Namespace, change.UserKey));
        }
        else if (_behind.Count > 0)
        {
            _behind.Remove(KeyName.Of(change.Namespace, change.UserKey));
        }
    }
}
