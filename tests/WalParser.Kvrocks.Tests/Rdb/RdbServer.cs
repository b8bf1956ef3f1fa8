using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Rdb;

/// <summary>
/// A redis-server that loads RDB files, one after the other. A server that cannot load a file ends, which fails the test.
/// </summary>
public sealed class RdbServer : IAsyncLifetime, IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private RedisServer? _server;

    public async Task InitializeAsync()
    {
        if (SystemProgram.IsInstalled("redis-server"))
        {
            _server = await RedisServer.StartAsync("--dir", _folder.Path, "--enable-debug-command", "yes");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    /// <summary>
    /// Replaces the dataset with that of a file, after redis-check-rdb has read the file with all its checks if that is asked for.
    /// </summary>
    internal async Task<RedisConnection> LoadAsync(byte[] file, bool isChecked = true)
    {
        RedisServer.SkipIfAbsent();
        string path = _folder.Write("dump.rdb", file);
        if (isChecked)
        {
            SystemProgram.SkipIfAbsent("redis-check-rdb");
            ChildResult check = await ChildProcess.RunAsync("redis-check-rdb", path);
            Assert.True(check.ExitCode == 0 && check.Output.Contains("RDB looks OK", StringComparison.Ordinal), check.Output);
        }

        RedisConnection connection = await _server!.ConnectAsync();
        await connection.AskAsync("DEBUG", "RELOAD", "NOSAVE");
        return connection;
    }

    /// <summary>Connects without loading anything.</summary>
    internal Task<RedisConnection> ConnectAsync() => _server!.ConnectAsync();
}
