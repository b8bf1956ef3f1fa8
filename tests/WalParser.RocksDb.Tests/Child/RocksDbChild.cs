using System.Diagnostics;
using System.Text;
using System.Text.Json;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Child;

/// <summary>
/// RocksDB in a separate process, which is started for the first request, and again after RocksDB has looped or crashed in it. It is not
/// thread-safe.
/// </summary>
internal sealed class RocksDbChild : IDisposable
{
    /// <summary>
    /// The processor time that a request may use. An opening uses some hundredths of a second, most of it for the start of the process.
    /// Elapsed time is no measure, because other tests keep the machine busy.
    /// </summary>
    public static readonly TimeSpan ProcessorLimit = TimeSpan.FromSeconds(2);

    /// <summary>The time that the tests wait for a process that uses no processor time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly StringBuilder _errors = new();
    private Process? _process;

    /// <summary>Whether the package contains RocksDB for this platform.</summary>
    public static bool IsAvailable { get; } = ((string[])["librocksdb.so", "librocksdb.dylib", "rocksdb.dll"])
        .Any(name => File.Exists(Path.Combine(AppContext.BaseDirectory, name)));

    /// <summary>Skips the test where <see cref="IsAvailable"/> is false.</summary>
    public static void SkipWithoutRocksDb() => Skip.IfNot(IsAvailable, "The package RocksDB has no native library for this platform.");

    /// <summary>Sends a request to RocksDB and waits for the result.</summary>
    /// <exception cref="TimeoutException">The process neither answers nor uses processor time.</exception>
    public Answer Ask(Request request)
    {
        Process process = _process ??= Start();
        TimeSpan before = process.TotalProcessorTime;
        var waited = Stopwatch.StartNew();
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request, ProtocolJson.Default.Request));
        process.StandardInput.Flush();
        Task<string?> line = process.StandardOutput.ReadLineAsync();
        while (!line.Wait(Glance))
        {
            if (ProcessorTimeOf(process) - before > ProcessorLimit)
            {
                End();
                return new Answer(AnswerKind.Loops, null);
            }

            if (waited.Elapsed > Patience)
            {
                End();
                throw new TimeoutException(
                    $"RocksDB neither answers nor uses processor time: {request.Kind} {request.Folder} {request.Options}");
            }
        }

        if (line.Result is not { } json)
        {
            string message = End();
            return new Answer(AnswerKind.Crashes, null, message);
        }

        if (request.Kind == RequestKind.MakeAndDie)
        {
            End();
        }

        return new Answer(AnswerKind.Answered, JsonSerializer.Deserialize(json, ProtocolJson.Default.Response));
    }

    public void Dispose() => End();

    private static TimeSpan ProcessorTimeOf(Process process)
    {
        process.Refresh();
        return process.HasExited ? TimeSpan.Zero : process.TotalProcessorTime;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "WalParser.RocksDbProcess.dll"));
        Process process = Process.Start(start)!;
        _errors.Clear();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Ends the process and returns its error output.</summary>
    private string End()
    {
        if (_process is null)
        {
            return "";
        }

        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit(Patience);
        _process.Dispose();
        _process = null;
        lock (_errors)
        {
            return _errors.ToString().Trim();
        }
    }
}
