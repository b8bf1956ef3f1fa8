namespace WalParser.Kvrocks.Comparison;

/// <summary>Spreads the keys that are read evenly over time.</summary>
internal sealed class RateLimit(int? keysPerSecond, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private long _keys;

    /// <summary>Returns the number of keys that may be read at once, no more than <paramref name="most"/>.</summary>
    public int AtOnce(int most) => Math.Min(most, keysPerSecond ?? most);

    /// <summary>Waits until so many keys may be read.</summary>
    public async ValueTask WaitAsync(long keys, CancellationToken cancellationToken)
    {
        if (keysPerSecond is not { } rate)
        {
            return;
        }

        TimeSpan wait = TimeSpan.FromSeconds((double)_keys / rate) - clock.GetElapsedTime(_start);
        _keys += keys;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
