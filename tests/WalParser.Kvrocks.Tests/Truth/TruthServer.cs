using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>
/// A Kvrocks server that a run starts on an empty folder and a loopback port, or a redis-server in its place, which has no WAL.
/// </summary>
internal sealed class TruthServer : IAsyncDisposable
{
    private const string Secret = "truth";

    /// <summary>Only a server that hangs needs so long to start, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>A round is over long before; the limit ends a server whose run was killed.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ChildProcess _process;
    private readonly int _port;
    private bool _isEnded;

    private TruthServer(ChildProcess process, int port, string folder, bool isKvrocks)
    {
        _process = process;
        _port = port;
        Folder = folder;
        IsKvrocks = isKvrocks;
    }

    /// <summary>The folder with the database, its configuration and its messages.</summary>
    public string Folder { get; }

    /// <summary>The folder with the logs.</summary>
    public string Database => Path.Combine(Folder, "db");

    public bool IsKvrocks { get; }

    /// <summary>Returns whether a program is a Kvrocks server: it states its name with its version.</summary>
    public static async Task<bool> IsKvrocksAsync(string program)
    {
        ChildResult result = await ChildProcess.RunAsync(program, "--version");
        return (result.Output + result.Error).Contains("kvrocks", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Starts the program.</summary>
    /// <param name="program">The path of a <c>kvrocks</c> or <c>redis-server</c>.</param>
    /// <param name="folder">An empty folder.</param>
    /// <param name="settings">Additional lines of the configuration of a Kvrocks server.</param>
    public static async Task<TruthServer> StartAsync(string program, string folder, IEnumerable<string> settings)
    {
        bool isKvrocks = await IsKvrocksAsync(program);
        int port = FreePort();
        string path = Path.Combine(folder, "server.conf");
        string[] common =
            ["bind 127.0.0.1", $"port {port.ToString(CultureInfo.InvariantCulture)}", $"dir {folder}", $"requirepass {Secret}"];

        // A bitmap is read with GET. The queue of asynchronous reads needs a right that containers may lack.
        string[] own = isKvrocks
            ? ["workers 2", "max-bitmap-to-string-mb 512", "rocksdb.read_options.async_io no", .. settings]
            : ["save \"\"", "appendonly no", "databases 64"];
        await File.WriteAllLinesAsync(path, [.. common, .. own]);
        var start = new ProcessStartInfo(program, isKvrocks ? ["-c", path] : [path]) { WorkingDirectory = folder };
        var server = new TruthServer(ChildProcess.Start(start, Lifetime), port, folder, isKvrocks);
        await server.WaitAsync();
        return server;
    }

    /// <summary>Returns the address: of the default namespace, or of the namespace that has the name as its token.</summary>
    public RedisEndpoint Endpoint(string? ns = null) =>
        RedisEndpoint.Parse(string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{_port}")) with { Password = ns ?? Secret };

    public Task<RedisConnection> ConnectAsync(string? ns = null) => RedisConnection.ConnectAsync(Endpoint(ns), null);

    /// <summary>Adds a namespace that has its own name as its token; a Redis server has none.</summary>
    public async Task AddNamespaceAsync(string name)
    {
        if (IsKvrocks)
        {
            await using RedisConnection connection = await ConnectAsync();
            await connection.AskAsync("NAMESPACE", "ADD", name, name);
        }
    }

    /// <summary>Ends the server as a crash would.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        _process.Kill();
        await _process.EndAsync();
        _process.Dispose();
    }

    private async Task WaitAsync()
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using RedisConnection connection = await ConnectAsync();
                await connection.AskAsync("PING");
                return;
            }
            catch (Exception exception) when (exception is RedisException or InvalidOperationException)
            {
                if (_process.HasExited || waited.Elapsed > Patience)
                {
                    throw new InvalidOperationException($"The server does not start: {_process}", exception);
                }
            }

            await Task.Delay(50);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
