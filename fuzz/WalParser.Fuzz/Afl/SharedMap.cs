using System.Globalization;
using System.Runtime.InteropServices;
using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Afl;

/// <summary>The counters that AFL reads: System V shared memory, whose id is in an environment variable.</summary>
internal static unsafe partial class SharedMap
{
    private const string Variable = "__AFL_SHM_ID";

    /// <summary>Makes <see cref="EdgeMap"/> count in the shared memory. Returns false if AFL did not start this process.</summary>
    public static bool TryAttach()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out int id))
        {
            return false;
        }

        byte* map = AttachMemory(id, null, 0);
        if (map == (byte*)-1)
        {
            return false;
        }

        EdgeMap.Attach(map);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "shmat", SetLastError = true)]
    private static partial byte* AttachMemory(int id, void* address, int flags);
}
