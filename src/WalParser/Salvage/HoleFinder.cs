using WalParser.Databases;

namespace WalParser.Salvage;

/// <summary>Finds the records next to each place at which something is missing, as the records of a set are written.</summary>
internal sealed class HoleFinder(WrittenBatch batch)
{
    private readonly List<SalvageHole> _holes = [];

    // The last record that was written. Its batch is still the current one, unless it has been kept.
    private WalFile? _file;
    private long _offset;
    private SalvageEdge? _kept;

    // The record before the hole that is open, if one is.
    private SalvageEdge? _before;
    private bool _isOpen;

    /// <summary>The first holes.</summary>
    public IReadOnlyList<SalvageHole> Holes => _holes;

    /// <summary>The number of holes.</summary>
    public long Count { get; private set; }

    /// <summary>Forgets the records so far: the next one is not of the same database, or not in order.</summary>
    public void Restart()
    {
        ProcessEnd();
        (_file, _kept) = (null, null);
    }

    /// <summary>Keeps the last record that was written: the batch that is read next may not be written.</summary>
    public void Keep() => _kept ??= _file is null ? null : batch.ToLast(_file.Name, _offset);

    /// <summary>Processes a loss after the last record that was written, before the next batch is read.</summary>
    public void ProcessLoss()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            Keep();
            _before = _kept;
        }
    }

    /// <summary>Processes a record that was written.</summary>
    public void ProcessRecord(WalFile file, long offset)
    {
        if (_isOpen)
        {
            Add(new SalvageHole(_before, batch.ToFirst(file.Name, offset)));
        }

        (_file, _offset, _kept) = (file, offset, null);
    }

    /// <summary>Processes the end of the set.</summary>
    public void ProcessEnd()
    {
        // Next to nothing that was written, a hole says no more than the losses do.
        if (_isOpen && _before is not null)
        {
            Add(new SalvageHole(_before, null));
        }

        _isOpen = false;
    }

    private void Add(SalvageHole hole)
    {
        _isOpen = false;
        _before = null;
        Count++;
        if (_holes.Count < SalvageReport.MaxListedHoles)
        {
            _holes.Add(hole);
        }
    }
}
