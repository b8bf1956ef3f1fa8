using WalParser.Coding;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Which expiries are held back until the end. Loaded where it stands, an expiry that is past makes the server drop the key at once, although on
/// the server that wrote the log it was alive: what later batches do to it would make a remainder, or meet nothing.
/// </summary>
internal sealed class ExpiryHold(TimeSpan hold, TimeProvider clock)
{
    private readonly HashSet<byte[]> _keys = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _hashes = new(ByteStringComparer.Instance);
    private ulong _horizon;

    /// <summary>The time of the batch at hand, in milliseconds since 1970.</summary>
    public ulong Now { get; private set; }

    /// <summary>The keys, each its namespace behind the length, then the name.</summary>
    public IReadOnlyCollection<byte[]> Keys => _keys;

    /// <summary>The hashes that have fields with an expiry held back.</summary>
    public IReadOnlyCollection<byte[]> Hashes => _hashes;

    public void BeginBatch()
    {
        long now = Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds());
        Now = (ulong)now;
        _horizon = (ulong)(now + Math.Max(0, (long)Math.Min(hold.TotalMilliseconds, long.MaxValue / 4)));
    }

    /// <summary>Whether a key's expiry is to be held back; if so, it is.</summary>
    public bool HoldKey(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, ulong expiry) =>
        expiry <= _horizon && (_keys.Add(NameOf(ns, key)) || true);

    /// <summary>The same for a field of a hash.</summary>
    public bool HoldField(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, ulong expiry) =>
        expiry <= _horizon && (_hashes.Add(NameOf(ns, key)) || true);

    /// <summary>Whether an expiry would be held back.</summary>
    public bool IsHeldBack(ulong expiry) => expiry != 0 && expiry <= _horizon;

    public bool Holds(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) => _keys.Count > 0 && _keys.Contains(NameOf(ns, key));

    /// <summary>The key has no expiry that is held back any more; its fields may have.</summary>
    public void Forget(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key)
    {
        if (_keys.Count > 0)
        {
            _keys.Remove(NameOf(ns, key));
        }
    }

    /// <summary>A hash was renamed, or copied; the name that is gone is forgotten later, as with any.</summary>
    public void CopyFields(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        if (_hashes.Count > 0 && _hashes.Contains(NameOf(ns, from)))
        {
            _hashes.Add(NameOf(ns, to));
        }
    }

    public void Clear()
    {
        _keys.Clear();
        _hashes.Clear();
    }

    private static byte[] NameOf(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) => [(byte)ns.Length, .. ns.Span, .. key.Span];
}
