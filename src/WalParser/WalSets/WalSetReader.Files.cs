using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <content>Opening and closing the WALs, and failures to read them.</content>
public partial class WalSetReader
{
    /// <summary>Closes the WAL that is being read.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _isDisposed = true;
        Kind = WalSetEntryKind.None;
        await CloseAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private void Begin(WalFile file)
    {
        if (_rules is not null && !_rules.BeginFile(file))
        {
            return;
        }

        try
        {
            _file = file;
            _log = _source.Open(file, _options);
            _isAtEndOfFile = false;
            _predecessors.BeginFile(file);
            _timestamps?.BeginFile();
            _next = WalSetEntryKind.FileStart;
        }
        catch (Exception e) when (IsInputFailure(e))
        {
            Fail(file, e);
        }
    }

    private void Fail(WalFile file, Exception exception)
    {
        _isAtEndOfFile = true;
        _rules?.ProcessFailure();
        _findings.Enqueue(new Finding
        {
            Kind = FindingKind.Unreadable,
            File = file.Name,
            Reason = exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => file.WhyMissing(),
                UnauthorizedAccessException => "may not be read; check its permissions",
                _ => (_log is null ? "reading failed: " : $"reading failed after offset {_log.Position}: ") + exception.Message,
            },
        });
    }

    private static bool IsInputFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private async ValueTask CloseAsync()
    {
        WalReader? log = _log;
        _log = null;
        _file = null;
        _isAtEndOfFile = false;
        if (log is not null)
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }
    }
}
