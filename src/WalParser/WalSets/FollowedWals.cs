using WalParser.Databases;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.WalSets;

/// <summary>
/// The WALs of a database that is being written to, those included that come into being. It tells the reader of a WAL whether to wait for more or
/// to take it for closed: it is, once a later one holds a record.
/// </summary>
internal sealed class FollowedWals : WalSource
{
    private readonly Queue<WalFile> _given;
    private readonly TimeSpan _interval;
    private string? _folder;
    private WalFile? _file;
    private ulong? _number;
    private ulong _written;
    private DatabaseProblem? _problem;

    /// <summary>WALs that are given, and then those that follow the last one in its folder.</summary>
    public FollowedWals(IEnumerable<WalFile> given, TimeSpan interval)
    {
        _given = new Queue<WalFile>(given);
        _interval = interval;
    }

    /// <summary>Whether all that there was has been read once.</summary>
    public bool HasWaited { get; private set; }

    /// <summary>The WALs of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="first">The number of the first WAL to be read, unless <paramref name="options"/> say that it is the last; null for the first that there is.</param>
    /// <param name="options">What there is to say.</param>
    public static FollowedWals In(string folder, ulong? first, FollowOptions options)
    {
        var wals = new FollowedWals([], options.PollInterval) { _folder = folder, _number = first - 1 };
        if (options.Start.IsEnd)
        {
            // A newer one that holds no record yet is no proof that the one before it will not get more.
            List<WalFile> all = wals.List();
            WalFile? last = all.FindLast(HoldsRecord) ?? all.LastOrDefault();
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

    public override DatabaseProblem? TakeProblem()
    {
        DatabaseProblem? problem = _problem;
        _problem = null;
        return problem;
    }

    private async ValueTask WaitForMoreAsync(TailingLog log, CancellationToken cancellationToken)
    {
        if (log.IsTruncated)
        {
            GiveUp(log, DatabaseProblemKind.TruncatedWal, "became shorter than what was read of it");
        }
        else if (_file!.FindPath() is { } path && !TryFollowReplacement(log, path))
        {
            GiveUp(log, DatabaseProblemKind.ReplacedWal, "was replaced by another file of that name");
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

    private void GiveUp(TailingLog log, DatabaseProblemKind kind, string message)
    {
        log.Cut();
        _problem = new DatabaseProblem { Kind = kind, File = _file!.Name, Message = message + "; it is not followed further, but later logs are" };
    }

    private static bool TryFollowReplacement(TailingLog log, string path)
    {
        try
        {
            return log.TryFollowReplacement(path);
        }
        catch (Exception e) when (IsInputFailure(e))
        {
            // It was moved in this moment.
            return true;
        }
    }

    private bool IsClosed()
    {
        if (_number is null || _folder is null)
        {
            return false;
        }

        if (_written <= _number && List().Find(wal => IsLater(wal) && HoldsRecord(wal)) is { } later)
        {
            _written = later.LogNumber!.Value;
        }

        return _written > _number;
    }

    private bool IsLater(WalFile wal) => _number is null || wal.LogNumber > _number;

    /// <summary>Whether anything was written to a WAL. One that was archived, or is there as a compressed copy, is closed itself.</summary>
    private static bool HoldsRecord(WalFile wal)
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
            // It was moved in this moment; there will be another look.
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
            // The folder, or its archive, is gone in this moment, as when a database is replaced; there will be another look.
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
