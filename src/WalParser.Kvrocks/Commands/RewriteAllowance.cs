using WalParser.Coding;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Keeps the commands in proportion to the log. A change of a few bytes can show a key as another one: metadata that turns a hash into a
/// set and back, or a list from one end of its elements to the other. Each time, the server needs all elements again, although the log has
/// them once. Such commands are written as long as they are no larger than twice the changes so far. After that, the key falls behind: the
/// server keeps an earlier state of it until there is allowance again, or until the end.
/// </summary>
internal sealed class RewriteAllowance(long bytes)
{
    /// <summary>The allowance at the beginning, so that no small log needs any.</summary>
    public const long First = 64 * 1024;

    private const int PerByte = 2;

    private readonly HashSet<byte[]> _behind = new(ByteStringComparer.Instance);
    private long _bytes = bytes;

    /// <summary>The keys of which the server has an earlier state, or which it does not have, each as <see cref="KeyName"/>.</summary>
    public IReadOnlyCollection<byte[]> Behind => _behind;

    /// <summary>Adds what the changes of a batch allow.</summary>
    public void Earn(BatchChanges changes)
    {
        foreach (KeyChange change in changes.Keys)
        {
            _bytes += PerByte * (SizeOf(change) + (change.MetadataAfter?.Length ?? 0) + change.UserKey.Length);
        }
    }

    /// <summary>Returns whether elements that a batch did not write may be written or compared once more.</summary>
    public bool TrySpend(long size)
    {
        if (size > _bytes)
        {
            return false;
        }

        _bytes -= size;
        return true;
    }

    /// <summary>Returns the size of the elements of a changed key that the change did not write.</summary>
    public static long CostOf(KeyChange change) => Math.Max(0, change.Key!.ElementsSize - SizeOf(change));

    public bool IsBehind(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) => _behind.Count > 0 && _behind.Contains(KeyName.Of(ns, key));

    public void FallBehind(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) => _behind.Add(KeyName.Of(ns, key));

    /// <summary>Notes that the server has the state of a key again.</summary>
    public void CatchUp(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key)
    {
        if (_behind.Count > 0)
        {
            _behind.Remove(KeyName.Of(ns, key));
        }
    }

    /// <summary>Notes that the server has the state of all keys again.</summary>
    public void CatchUp() => _behind.Clear();

    private static long SizeOf(KeyChange change)
    {
        long size = 0;
        foreach (SubkeyChange subkey in change.Written)
        {
            size += SubkeyGroup.SizeOf(subkey.Subkey.Length, subkey.After?.Length ?? 0);
        }

        return size;
    }
}
