using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace WalParser.Fuzz.Afl;

/// <summary>
/// AFL's fork server without a fork, because a process that contains a .NET runtime cannot be forked. For each request it sends AFL the id
/// of a worker process that is reused from input to input, makes the worker run the input, and reports the result as the wait status of a
/// child process. If the worker dies, or AFL kills it after a timeout, the next request starts another worker.
/// </summary>
/// <remarks>
/// The protocol (<c>afl-forkserver.c</c>): AFL reads from descriptor 199 and writes to descriptor 198, four bytes at a time. The server
/// first writes a word of zeros, which means that it supports no options. For each input, AFL writes a word (whether it killed the last
/// child) and reads the id of the child and its wait status.
/// </remarks>
internal sealed partial class ForkServer : IDisposable
{
    private const int RequestDescriptor = 198;
    private const int AnswerDescriptor = 199;
    private const int Aborted = 6; // SIGABRT, as a wait status
    private const int Killed = 9; // SIGKILL

    private const int GetFlags = 1; // F_GETFD

    /// <summary>How long a worker may take to exit after its pipes are closed. Only a hung worker takes longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string[] _workerArguments;
    private Process? _worker;

    private ForkServer(string[] workerArguments) => _workerArguments = workerArguments;

    /// <summary>Whether AFL started this process and waits at the other end of the descriptors.</summary>
    public static bool IsWanted => GetDescriptorFlags(RequestDescriptor) >= 0 && GetDescriptorFlags(AnswerDescriptor) >= 0;

    /// <summary>Serves requests until AFL closes the descriptors or exits.</summary>
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
            // AFL exited while the server was writing to it.
        }
    }

    /// <summary>Calls F_GETFD, which fails for a descriptor that is not open.</summary>
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
    /// Makes the worker run the input and returns a wait status. The wait for the worker has no time limit, as the protocol demands: AFL
    /// limits each execution (<c>-t</c>) and kills the worker, whose id it received, when the time is over.
    /// </summary>
    private int RunOnce()
    {
        try
        {
            _worker!.StandardInput.BaseStream.WriteByte(1);
            _worker.StandardInput.BaseStream.Flush();
            int answer = _worker.StandardOutput.BaseStream.ReadByte();
            return answer switch { 0 => 0, < 0 => GetStatusOfDeadWorker(), _ => Aborted };
        }
        catch (IOException)
        {
            return GetStatusOfDeadWorker();
        }
    }

    private int GetStatusOfDeadWorker()
    {
        AwaitEnd(_worker!);
        return _worker!.ExitCode > 128 ? _worker.ExitCode - 128 : Killed;
    }

    /// <summary>Waits until a worker that has no more work exits, and kills it if it does not.</summary>
    private static void AwaitEnd(Process worker)
    {
        if (!worker.WaitForExit(Patience))
        {
            Console.Error.WriteLine(
                $"The worker process {worker.Id} did not exit within {Patience.TotalSeconds:N0} s after its pipes were closed; it is "
                    + $"killed.");
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
        // The program was started as "dotnet WalParser.Fuzz.dll" or by its own name.
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
