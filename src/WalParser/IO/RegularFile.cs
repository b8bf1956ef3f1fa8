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
    private const int Folder = 0x4000;
    private const int Pipe = 0x1000;
    private const int Socket = 0xC000;

    /// <summary>
    /// Returns whether a path is a regular file or a link to one. Returns true as well if that cannot be determined: opening the file then
    /// reports the reason.
    /// </summary>
    /// <param name="path">The path.</param>
    public static bool Is(string path) => OtherKindOf(path) is null;

    /// <summary>
    /// Returns what a path is if it is not a regular file, such as "a named pipe". Returns null for a regular file or a link to one, and if
    /// that cannot be determined.
    /// </summary>
    /// <param name="path">The path.</param>
    public static string? OtherKindOf(string path)
    {
        if (Directory.Exists(path))
        {
            return "a folder";
        }

        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> status = stackalloc byte[StatxSize];
        try
        {
            return GetStatus(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, WantsType, status) != 0
                ? null
                : (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) switch
                {
                    Regular => null,
                    Folder => "a folder",
                    Pipe => "a named pipe",
                    Socket => "a socket",
                    _ => "a device",
                };
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // The system library is older than 2018 and has no statx.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int GetStatus(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> status);
}
