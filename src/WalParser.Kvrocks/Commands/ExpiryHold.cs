using WalParser.Coding;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The expiries that are held back until the end. An expiry in the past, set in the middle of a load, would make the server drop the key at
/// once, although it existed on the server that wrote the log: later batches would then change a part of the key, or a key that does not
/// exist.
/// </summary>
internal sealed class ExpiryHold(TimeSpan hold, TimeProvider clock)
{
    private readonly HashSet<byte[]> _keys = new(ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _hashes = new(ByteStringComparer.Instance);
    private ulong _horizon;

    /// <summary>The time at which the current batch is converted, in milliseconds since 1970.</summary>
    public ulong Now { get; private set; }

    /// <summary>The keys, each as <see cref="KeyName"/>.</summary>
    public IReadOnlyCollection<byte[]> Keys => _keys;

    /// <summary>The hashes with fields whose expiry is held back.</summary>
    public IReadOnlyCollection<byte[]> Hashes => _hashes;

    public void BeginBatch()
    {
        long now = Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds());
        Now = (ulong)now;
        _horizon = (ulong)(now + Math.Max(0, (long)Math.Min(hold.TotalMilliseconds, long.MaxValue / 4)));
    }

    /// <summary>Holds the expiry of a key back if it must be; returns whether it is.</summary>
    public bool HoldKey(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, ulong expiry) =>
        expiry <= _horizon && (_keys.Add(KeyName.Of(ns, key)) || true);

    /// <summary>Holds the expiry of a field of a hash back if it must be; returns whether it is.</summary>
    public bool HoldField(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, ulong expiry) =>
        expiry <= _horizon && (_hashes.Add(KeyName.Of(ns, key)) || true);

    /// <summary>Returns whether an expiry would be held back.</summary>
    public bool IsHeldBack(ulong expiry) => expiry != 0 && expiry <= _horizon;

    public bool Holds(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) => _keys.Count > 0 && _keys.Contains(KeyName.Of(ns, key));

    /// <summary>Forgets the expiry of a key; those of its fields are kept.</summary>
    public void Forget(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key)
    {
        if (_keys.Count > 0)
        {
            _keys.Remove(KeyName.Of(ns, key));
        }
    }

    /// <summary>Holds the expiries of the fields of a hash back for a second name, to which it was renamed or copied.</summary>
    public void CopyFields(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        if (_hashes.Count > 0 && _hashes.Contains(KeyName.Of(ns, from)))
        {
            _hashes.Add(KeyName.Of(ns, to));
        }
    }

    public void Clear()
    {
        _keys.Clear();
        _hashes.Clear();
    }
}
