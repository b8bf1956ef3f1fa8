using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.WalSets;

/// <summary>
/// The WALs of a database that is being written to, including those that are created later. For each WAL, it determines whether the reader
/// waits for more data or treats the WAL as closed: a WAL is closed when a later one contains a record.
/// </summary>
internal sealed class FollowedWals : WalSource
{
    private readonly Queue<WalFile> _given;
    private readonly TimeSpan _interval;
    private string? _folder;
    private WalFile? _file;
    private ulong? _number;
    private ulong _written;
    private Finding? _finding;

    /// <summary>Creates a source of the specified WALs, followed by those that come after the last of them in its folder.</summary>
    public FollowedWals(IEnumerable<WalFile> given, TimeSpan interval)
    {
        _given = new Queue<WalFile>(given);
        _interval = interval;
    }

    /// <summary>Whether all existing data has been read once.</summary>
    public bool HasWaited { get; private set; }

    /// <summary>Creates a source of the WALs of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="first">
    /// The number of the first WAL to read, unless <paramref name="options"/> specify the end; null for the first WAL that exists.
    /// </param>
    /// <param name="options">The options for following.</param>
    public static FollowedWals In(string folder, ulong? first, FollowOptions options)
    {
        var wals = new FollowedWals([], options.PollInterval) { _folder = folder, _number = first - 1 };
        if (options.Start.IsEnd)
        {
            // A newer WAL without a record does not prove that the one before it is complete.
            List<WalFile> all = wals.List();
            WalFile? last = all.FindLast(ContainsRecord) ?? all.LastOrDefault();
            wals._number = last?.LogNumber - 1;
        }

        return wals;
    }

    public override async ValueTask<WalFile?> NextAsync(CancellationToken cancellationToken)
    {
        while (!_given.TryDequeue(out _file))
        {
            if (_folder is null)
            {
                return null;
            }

            _file = List().Find(IsLater);
            if (_file is not null)
            {
                break;
            }

            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        _number = _file.LogNumber;
        if (_file.Path is not null)
        {
            _folder = _number is null ? null : DatabaseFolder.DatabaseOf(Path.GetDirectoryName(Path.GetFullPath(_file.Path))!);
        }

        return _file;
    }

    public override WalReader Open(WalFile file, WalReaderOptions options) => file.OpenTailing(options, WaitForMoreAsync);

    public override Finding? DequeueFinding()
    {
        Finding? finding = _finding;
        _finding = null;
        return finding;
    }

    private async ValueTask WaitForMoreAsync(TailingLog log, CancellationToken cancellationToken)
    {
        if (log.IsTruncated)
        {
            StopFollowing(log, FindingKind.TruncatedWal, "became shorter than the part that was already read");
        }
        else if (_file!.FindPath() is { } path && !TryFollowReplacement(log, path))
        {
            StopFollowing(log, FindingKind.ReplacedWal, "was replaced by another file with the same name");
        }
        else if (IsClosed())
        {
            log.Close();
        }
        else
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void StopFollowing(TailingLog log, FindingKind kind, string message)
    {
        log.Cut();
        _finding = new Finding
        {
            Kind = kind,
            File = _file!.Name,
            Reason = message + "; it is no longer followed, but later logs are",
        };
    }

    private static bool TryFollowReplacement(TailingLog log, string path)
    {
        try
        {
            return log.TryFollowReplacement(path);
        }
        catch (Exception e) when (IsInputFailure(e))
        {
            // The file is being moved.
            return true;
        }
    }

    private bool IsClosed()
    {
        if (_number is null || _folder is null)
        {
            return false;
        }

        if (_written <= _number && List().Find(wal => IsLater(wal) && ContainsRecord(wal)) is { } later)
        {
            _written = later.LogNumber!.Value;
        }

        return _written > _number;
    }

    private bool IsLater(WalFile wal) => _number is null || wal.LogNumber > _number;

    /// <summary>
    /// Returns whether a WAL contains a record. An archived WAL and a compressed copy count as if they did, because they are closed.
    /// </summary>
    private static bool ContainsRecord(WalFile wal)
    {
        if (wal.IsArchived || !wal.IsUncompressed)
        {
            return true;
        }

        try
        {
            return TailingLog.ContainsRecord(wal.Path!, wal.LogNumber!.Value, FragmentProbe.Instance);
        }
        catch (Exception e) when (IsInputFailure(e))
        {
            // The file is being moved; the next check finds it.
            return false;
        }
    }

    private List<WalFile> List()
    {
        try
        {
            return DatabaseFolder.ListWals(_folder!, []);
        }
        catch (Exception e) when (IsInputFailure(e))
        {
            // The folder, or its archive, does not exist at this moment, such as while a database is replaced; the next check finds it.
            return [];
        }
    }

    private async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        HasWaited = true;
        await Task.Delay(_interval, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsInputFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
