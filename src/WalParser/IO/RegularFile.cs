using System.Runtime.InteropServices;
using System.Text;

namespace WalParser.IO;

/// <summary>
/// Tells regular files from what else a listing of a folder brings: opening a named pipe waits for a writer, perhaps forever. .NET does not tell the one from
/// the other, so the system is asked.
/// </summary>
internal static partial class RegularFile
{
    // linux/stat.h: struct statx has the same layout on every architecture.
    private const int CurrentFolder = -100;
    private const uint WantsType = 1;
    private const int StatxSize = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether a path is a regular file or a link to one; true as well where that cannot be told, so that opening it says what is wrong.</summary>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        Span<byte> status = stackalloc byte[StatxSize];
        try
        {
            return GetStatus(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, WantsType, status) != 0
                || (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) == Regular;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // A system library from before 2018.
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int GetStatus(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> status);
}
