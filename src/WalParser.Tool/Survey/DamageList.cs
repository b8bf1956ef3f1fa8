namespace WalParser.Tool.Survey;

/// <summary>
/// The damage to a file. All of it is counted but only so much is kept: a hostile log can hold a corruption in every
/// seven bytes.
/// </summary>
internal sealed class DamageList
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 1000;

    private readonly List<Damage> _kept = [];

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them, in the order in which they were met.</summary>
    public IReadOnlyList<Damage> Kept => _kept;

    public void Add(Damage damage)
    {
        Count++;
        if (_kept.Count < Capacity)
        {
            _kept.Add(damage);
        }
    }

    /// <summary>Takes over what another list holds, and leaves that empty.</summary>
    public void TakeFrom(DamageList other)
    {
        Count += other.Count;
        _kept.AddRange(other._kept.Take(Capacity - _kept.Count));
        other.Clear();
    }

    public void Clear()
    {
        Count = 0;
        _kept.Clear();
    }
}
