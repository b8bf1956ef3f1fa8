using WalParser.Findings;

namespace WalParser.Salvage;

/// <summary>
/// Counts the bytes of a log that no record was written from: losses, the stale tail of a recycled log, and what never held a record. Which of them it is
/// shows at times only by what comes behind.
/// </summary>
internal sealed class ByteAccounting(SalvagedLog log)
{
    // What may be the stale tail, until a live fragment behind shows that it is damage.
    private readonly List<Finding> _tail = [];
    private long _tailBytes;

    // Zeros up to the end of a block, and the blocks of zeros behind it: space that nobody wrote to, if nothing comes behind.
    private long _zeros;
    private long _zeroBytes;

    public void Lose(Finding loss)
    {
        LoseZeros();
        log.Add(loss);
    }

    /// <summary>What belongs to no record.</summary>
    public void Other(long bytes) => log.OtherBytes += bytes;

    /// <summary>Zeros up to the end of their block.</summary>
    public void Zeros(long offset, int bytes)
    {
        if (_zeroBytes == 0)
        {
            _zeros = offset;
        }

        _zeroBytes += bytes;
    }

    /// <summary>What may be left over from an earlier life.</summary>
    public void Tail(Finding stale)
    {
        if (_zeroBytes > 0)
        {
            AddToTail(Zeros());
            _zeroBytes = 0;
        }

        AddToTail(stale);
    }

    /// <summary>A fragment of the log itself: there was no tail before it.</summary>
    /// <param name="offset">Its offset.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="isUncut">Whether it is of a type that is not cut where a block ends, but goes into the next block as a whole.</param>
    /// <returns>Whether there seemed to be a tail.</returns>
    public bool TakeLive(long offset, int bytes, bool isUncut)
    {
        bool hadTail = _tail.Count > 0;
        if (hadTail)
        {
            _tail.ForEach(log.Add);
            _tail.Clear();
            _tailBytes = 0;
        }

        if (isUncut && offset == _zeros + _zeroBytes && _zeroBytes < bytes)
        {
            Other(_zeroBytes);
            _zeroBytes = 0;
        }

        LoseZeros();
        return hadTail;
    }

    /// <summary>The log is at its end.</summary>
    public void End()
    {
        Other(_zeroBytes);
        _zeroBytes = 0;
        log.StaleBytes = _tailBytes;
    }

    private Finding Zeros() => new() { Kind = FindingKind.ZerosInPlaceOfFragment, Offset = _zeros, Bytes = _zeroBytes };

    private void LoseZeros()
    {
        if (_zeroBytes > 0)
        {
            log.Add(Zeros());
            _zeroBytes = 0;
        }
    }

    private void AddToTail(Finding part)
    {
        _tailBytes += part.Bytes;
        if (_tail.Count < SalvagedLog.MaxListedLosses)
        {
            _tail.Add(part);
        }
        else
        {
            // Of so many, the last stands for the rest.
            _tail[^1] = _tail[^1] with { Bytes = _tail[^1].Bytes + part.Bytes };
        }
    }
}
