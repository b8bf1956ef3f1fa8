using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
using WalParser.Tool.History;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>
/// Writes an append-only file of Redis 7: the protocol, and lines <c>#TS:</c> with the seconds since 1970. Each is the latest time at which
/// the commands after it can have been executed, up to the next line: the time of the next key whose creation the log shows, as
/// <see cref="VersionClock"/> derives it. What follows the last of these times can be as late as the conversion.
/// </summary>
internal sealed class AofCommands : ICommandFormatter, IDisposable
{
    private readonly ByteWriter _output;
    private readonly TimeProvider _time;
    private readonly VersionClock _clock = new();
    private readonly Spool _waiting = new();
    private readonly RespCommands _commands;
    private long _stamped;

    public AofCommands(ByteWriter output, TimeProvider time)
    {
        _output = output;
        _time = time;
        _commands = new RespCommands(_waiting.Write);
    }

    /// <summary>Begins a batch. If the batch shows how late the commands before it can have been, they are written.</summary>
    public void BeginBatch(ulong sequence, BatchChanges changes)
    {
        if (_clock.ProcessBatch(sequence, changes) is { } made)
        {
            WriteWaiting(made.CreatedAt);
        }
    }

    public void Write(RedisCommand command) => _commands.Write(command);

    public void Write(KeyLeftAlone key) => _commands.Write(key);

    /// <summary>Writes what still waits. Returns whether its time is that of the conversion.</summary>
    public bool Complete()
    {
        bool isOpen = !_waiting.IsEmpty;
        WriteWaiting(_time.GetUtcNow());
        return isOpen;
    }

    public void Dispose() => _waiting.Dispose();

    private void WriteWaiting(DateTimeOffset latest)
    {
        if (_waiting.IsEmpty)
        {
            return;
        }

        // The times of versions only increase. The clock of the conversion may be behind that of the server.
        long seconds = Math.Max(latest.ToUnixTimeSeconds(), _stamped);
        if (seconds != _stamped)
        {
            _stamped = seconds;
            _output.Write(string.Create(CultureInfo.InvariantCulture, $"#TS:{seconds}\r\n"));
        }

        _waiting.MoveTo(_output);
    }
}
