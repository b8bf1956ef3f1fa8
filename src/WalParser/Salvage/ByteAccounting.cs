using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>
/// Counts the bytes of a log from which no record was written: losses, the stale tail of a recycled log, and bytes that never were part of
/// a record. For some bytes, the fragments after them determine to which of these they belong.
/// </summary>
internal sealed class ByteAccounting(SalvagedLog log)
{
    // Parts of a possible stale tail. If a fragment of the log itself follows, they are damage.
    private readonly List<Finding> _tail = [];
    private long _tailBytes;

    // Zeros up to the end of a block, and blocks of zeros after it: space that was never written, if no fragment follows.
    private long _zeros;
    private long _zeroBytes;

    /// <summary>Adds a loss.</summary>
    public void AddLoss(Finding loss)
    {
        LoseZeros();
        log.Add(loss);
    }

    /// <summary>Adds bytes that never were part of a record.</summary>
    public void AddOther(long bytes) => log.OtherBytes += bytes;

    /// <summary>Adds zeros that extend to the end of their block.</summary>
    public void AddZeros(long offset, int bytes)
    {
        if (_zeroBytes == 0)
        {
            _zeros = offset;
        }

        _zeroBytes += bytes;
    }

    /// <summary>Adds bytes that may be left over from an earlier use of the log.</summary>
    public void AddStale(Finding stale)
    {
        if (_zeroBytes > 0)
        {
            AddToTail(ZerosFinding());
            _zeroBytes = 0;
        }

        AddToTail(stale);
    }

    /// <summary>Processes a fragment of the log itself: what looked like a stale tail before it is damage.</summary>
    /// <param name="offset">The offset of the fragment.</param>
    /// <param name="bytes">The size of the fragment.</param>
    /// <param name="mayFollowPadding"><see cref="FragmentReader.MayFollowPadding"/> for the type of the fragment.</param>
    /// <returns>Whether there was such a tail.</returns>
    public bool ProcessLiveFragment(long offset, int bytes, bool mayFollowPadding)
    {
        bool hadTail = _tail.Count > 0;
        if (hadTail)
        {
            _tail.ForEach(log.Add);
            _tail.Clear();
            _tailBytes = 0;
        }

        if (mayFollowPadding && offset == _zeros + _zeroBytes && _zeroBytes < bytes)
        {
            AddOther(_zeroBytes);
            _zeroBytes = 0;
        }

        LoseZeros();
        return hadTail;
    }

    /// <summary>Processes the end of the log.</summary>
    public void ProcessEnd()
    {
        AddOther(_zeroBytes);
        _zeroBytes = 0;
        log.StaleBytes = _tailBytes;
    }

    private Finding ZerosFinding() => new() { Kind = FindingKind.ZerosInPlaceOfFragment, Offset = _zeros, Bytes = _zeroBytes };

    private void LoseZeros()
    {
        if (_zeroBytes > 0)
        {
            log.Add(ZerosFinding());
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
            // The last entry of a full list covers all further parts.
            _tail[^1] = _tail[^1] with { Bytes = _tail[^1].Bytes + part.Bytes };
        }
    }
}
