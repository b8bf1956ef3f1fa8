using System.Runtime.InteropServices;
using WalParser.Fuzz.Commands;
using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Afl;

/// <summary>
/// One execution, for what starts the program without talking to a fork server: <c>afl-showmap</c> on one file, or a person. If there is shared
/// memory, the edges are counted in it, and a finding ends the process by SIGABRT: the only way to tell AFL.
/// </summary>
internal static partial class SingleRun
{
    public static int Run(Executor executor, string file)
    {
        byte[] input = File.ReadAllBytes(file);
        executor.Run([]); // What is made once is made here, and is not counted.
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
