using System.Runtime.InteropServices;
using WalParser.Fuzz.Commands;
using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Afl;

/// <summary>
/// Runs one input, for a caller that does not use a fork server: <c>afl-showmap</c> on one file, or a person. If there is shared memory,
/// the edges are counted in it, and a finding ends the process with SIGABRT, which is the only way to report it to AFL.
/// </summary>
internal static partial class SingleRun
{
    public static int Run(Executor executor, string file)
    {
        byte[] input = File.ReadAllBytes(file);
        executor.Run([]); // Initializes everything that is created only once, so that it is not counted.
        bool isWatched = SharedMap.TryAttach();
        if (executor.Run(input) is not { } failure)
        {
            return FuzzCommand.Clean;
        }

        Console.Error.WriteLine(failure);
        if (isWatched)
        {
            Abort();
        }

        return FuzzCommand.Found;
    }

    [LibraryImport("libc", EntryPoint = "abort")]
    private static partial void Abort();
}
