using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Processes;

namespace WalParser.TestSupport.Redis;

/// <summary>
/// A real redis-server on a loopback port of its own, with 64 databases and no files. As a class fixture it starts before the first test of
/// the class and ends after the last; each test begins with <see cref="SkipIfAbsent"/>.
/// </summary>
public sealed class RedisServer : IAsyncLifetime, IAsyncDisposable
{
    private const string Program = "redis-server";

    /// <summary>
    /// The time limit of a start and of an end. Only a server that hangs needs so long, also on a busy machine.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string[] _arguments;

    // The lines of the configuration of a sentinel; null for a server with data.
    private readonly string[]? _sentinel;
    private readonly StringBuilder _output = new();
    private readonly EventHandler _atExit;
    private Process? _process;
    private DirectoryInfo? _folder;

    public RedisServer()
        : this([])
    {
    }

    private RedisServer(string[] arguments, string[]? sentinel = null)
    {
        _arguments = arguments;
        _sentinel = sentinel;
        _atExit = (_, _) => Kill();
    }

    public int Port { get; private set; }

    /// <summary>The port that takes the place of <c>{bus}</c>.</summary>
    public int BusPort { get; private set; }

    /// <summary>Skips the test, with the reason, if redis-server is not installed.</summary>
    public static void SkipIfAbsent() => SystemProgram.SkipIfAbsent(Program);

    /// <summary>
    /// Starts a server for one test with additional settings, such as <c>--requirepass secret</c>. In a setting, <c>{port}</c> is the
    /// server's port, and <c>{bus}</c> another free one.
    /// </summary>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        SkipIfAbsent();
        var server = new RedisServer(arguments);
        await server.StartAsync();
        return server;
    }

    /// <summary>
    /// Starts a sentinel for one test, with the lines of its configuration, such as <c>sentinel monitor m 127.0.0.1 6379 1</c>.
    /// </summary>
    public static async Task<RedisServer> StartSentinelAsync(params string[] configuration)
    {
        SkipIfAbsent();
        var server = new RedisServer([], configuration);
        await server.StartAsync();
        return server;
    }

    public Task InitializeAsync() => SystemProgram.IsInstalled(Program) ? StartAsync() : Task.CompletedTask;

    internal RedisEndpoint Endpoint(int database = 0) =>
        RedisEndpoint.Parse(string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}/{database}"));

    internal Task<RedisConnection> ConnectAsync(int database = 0, RedisConnectionOptions? options = null) =>
        RedisConnection.ConnectAsync(Endpoint(database), options);

    /// <summary>Connects to a database, and deletes the keys that an earlier test left in it.</summary>
    internal async Task<RedisConnection> ConnectEmptyAsync(int database)
    {
        RedisConnection connection = await ConnectAsync(database);
        await connection.AskAsync("FLUSHDB");
        return connection;
    }

    /// <summary>Ends the server at once, as a crash would.</summary>
    public void Kill()
    {
        try
        {
            _process?.Kill(entireProcessTree: true);
            if (_process?.WaitForExit(Patience) == false)
            {
                throw new TimeoutException($"{Program} was killed and did not end within {Patience}:\n{_output}");
            }
        }
        catch (InvalidOperationException)
        {
            // The server has ended already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= _atExit;
        Kill();
        _process?.Dispose();
        _process = null;
        _folder?.Delete(recursive: true);
        _folder = null;
        await Task.CompletedTask;
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    private async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("walparser-redis-");
        AppDomain.CurrentDomain.ProcessExit += _atExit;

        // Another process may open the port after it was found to be free.
        for (int attempt = 0; attempt < 5; attempt++)
        {
            Port = FreePort();
            BusPort = FreePort();
            if (await TryStartAsync())
            {
                return;
            }

            Kill();
        }

        throw new InvalidOperationException($"{Program} does not start:\n{_output}");
    }

    private async Task<bool> TryStartAsync()
    {
        string port = Port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder!.FullName,
        };
        string[] settings = _sentinel is not null ? [WriteConfiguration(port), "--sentinel"] :
        [
            "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", "--databases", "64",
            "--dir", _folder.FullName, "--port", port,
            .. _arguments.Select(argument => argument
                .Replace("{port}", port, StringComparison.Ordinal)
                .Replace("{bus}", BusPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)),
        ];
        foreach (string argument in settings)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience && !_process.HasExited;)
        {
            if (IsReady())
            {
                return true;
            }

            await Task.Delay(20);
        }

        return false;
    }

    private string WriteConfiguration(string port)
    {
        string path = Path.Combine(_folder!.FullName, "sentinel.conf");
        File.WriteAllLines(path, [$"port {port}", "bind 127.0.0.1", $"dir {_folder.FullName}", .. _sentinel!]);
        return path;
    }

    // The output is that of this process. Another server that has opened the port would also accept connections.
    private bool IsReady()
    {
        lock (_output)
        {
            return _output.ToString().Contains(
                _sentinel is null ? "Ready to accept connections" : "Sentinel ID is", StringComparison.Ordinal);
        }
    }

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
