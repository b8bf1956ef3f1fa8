using System.Runtime.InteropServices;
using System.Text;

namespace WalParser.IO;

/// <summary>
/// Distinguishes regular files from the other entries of a folder: opening a named pipe waits for a writer, possibly forever. .NET does not
/// distinguish them on Linux, so the system is called (<c>statx</c>).
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

    /// <summary>
    /// Returns whether a path is a regular file or a link to one. Returns true as well if that cannot be determined: opening the file then
    /// reports the reason.
    /// </summary>
    /// <param name="path">The path.</param>
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
            // The system library is older than 2018 and has no statx.
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int GetStatus(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> status);
}
