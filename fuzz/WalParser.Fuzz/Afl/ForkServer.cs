using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WalParser.Fuzz.Afl;

/// <summary>
/// AFL's fork server, without a fork: a process that has a runtime in it cannot be forked. At each request it tells AFL the number of a worker process
/// that lives on from input to input, has the worker run the input, and passes on how it went, as the status that a child would have ended with. If the
/// worker dies, or AFL kills it because the time is up, the next request starts another.
/// </summary>
/// <remarks>
/// The protocol (<c>afl-forkserver.c</c>): AFL reads from descriptor 199 and writes to 198, four bytes at a time. A word of zeros says hello, with no options. Then for
/// each input AFL writes a word (whether it killed the last child), and reads the child's number and its wait status.
/// </remarks>
internal sealed partial class ForkServer : IDisposable
{
    private const int RequestDescriptor = 198;
    private const int AnswerDescriptor = 199;
    private const int Aborted = 6; // SIGABRT, as a wait status
    private const int Killed = 9; // SIGKILL

    private const int GetFlags = 1; // F_GETFD

    /// <summary>How long a worker may take to end when its pipes are closed: only one that hangs takes so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string[] _workerArguments;
    private Process? _worker;

    private ForkServer(string[] workerArguments) => _workerArguments = workerArguments;

    /// <summary>Whether AFL has started this, and waits at the other end of the descriptors.</summary>
    public static bool IsWanted => GetDescriptorFlags(RequestDescriptor) >= 0 && GetDescriptorFlags(AnswerDescriptor) >= 0;

    /// <summary>Serves until AFL has gone, however it went.</summary>
    /// <param name="workerArguments">The command line of a worker.</param>
    public static void Run(string[] workerArguments)
    {
        using var server = new ForkServer(workerArguments);
        using var requests = new FileStream(new SafeFileHandle(RequestDescriptor, ownsHandle: true), FileAccess.Read, bufferSize: 0);
        using var answers = new FileStream(new SafeFileHandle(AnswerDescriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
        try
        {
            server.Serve(requests, answers);
        }
        catch (IOException)
        {
            // It went while it was being answered.
        }
    }

    /// <summary>F_GETFD, which fails for descriptors that are not open.</summary>
    private static int GetDescriptorFlags(int descriptor) => Control(descriptor, GetFlags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    public void Dispose()
    {
        if (_worker is { HasExited: false })
        {
            _worker.StandardInput.Close();
            AwaitEnd(_worker);
        }

        _worker?.Dispose();
    }

    private void Serve(Stream requests, Stream answers)
    {
        Span<byte> word = stackalloc byte[4];
        word.Clear();
        answers.Write(word);
        while (requests.ReadAtLeast(word, word.Length, throwOnEndOfStream: false) == word.Length)
        {
            EnsureWorker();
            BitConverter.TryWriteBytes(word, _worker!.Id);
            answers.Write(word);
            BitConverter.TryWriteBytes(word, RunOnce());
            answers.Write(word);
        }
    }

    /// <summary>
    /// Has the worker run the input; a wait status. The wait for its answer has no bound of its own, by the protocol: AFL bounds each
    /// execution (<c>-t</c>), and kills the worker, whose number it was given, when the time is over.
    /// </summary>
    private int RunOnce()
    {
        try
        {
            _worker!.StandardInput.BaseStream.WriteByte(1);
            _worker.StandardInput.BaseStream.Flush();
            int answer = _worker.StandardOutput.BaseStream.ReadByte();
            return answer switch { 0 => 0, < 0 => HowItDied(), _ => Aborted };
        }
        catch (IOException)
        {
            return HowItDied();
        }
    }

    private int HowItDied()
    {
        AwaitEnd(_worker!);
        return _worker!.ExitCode > 128 ? _worker.ExitCode - 128 : Killed;
    }

    /// <summary>Waits for the end of a worker that has nothing more to do; one that does not end is killed.</summary>
    private static void AwaitEnd(Process worker)
    {
        if (!worker.WaitForExit(Patience))
        {
            Console.Error.WriteLine(
                $"The worker process {worker.Id} did not end within {Patience.TotalSeconds:N0} s after its pipes were closed, and is killed.");
            worker.Kill();
            worker.WaitForExit(Patience);
        }
    }

    private void EnsureWorker()
    {
        if (_worker is { HasExited: false })
        {
            return;
        }

        _worker?.Dispose();
        // Started as "dotnet WalParser.Fuzz.dll" or by its own name.
        string program = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ForkServer).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, [.. assembly, .. _workerArguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _worker = Process.Start(start)!;
    }
}
