using System.Runtime.InteropServices;
using System.Text;

namespace WalParser.IO;

/// <summary>
/// What Linux knows about a file or folder and .NET does not: its type, its device and its inode (<c>statx</c>). Links are followed.
/// </summary>
/// <param name="Mode">The type and the permissions.</param>
/// <param name="Identity">The device and the inode.</param>
internal readonly partial record struct FileStatus(ushort Mode, FileIdentity Identity)
{
    // linux/stat.h: struct statx has the same layout on every architecture.
    private const int CurrentFolder = -100;
    private const uint WantsType = 0x001;
    private const uint WantsInode = 0x100;
    private const int StatxSize = 256;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int DeviceMajorOffset = 136;
    private const int DeviceMinorOffset = 140;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;
    private const int Pipe = 0x1000;
    private const int Socket = 0xC000;

    /// <summary>What it is, such as "a named pipe"; null for a regular file.</summary>
    public string? KindIfNotRegular => (Mode & TypeMask) switch
    {
        Regular => null,
        Folder => "a folder",
        Pipe => "a named pipe",
        Socket => "a socket",
        _ => "a device",
    };

    /// <summary>
    /// Reads the status of a path. Returns null if the path does not exist or cannot be reached, and on systems other than Linux.
    /// </summary>
    /// <param name="path">The path.</param>
    public static FileStatus? Read(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> status = stackalloc byte[StatxSize];
        try
        {
            if (GetStatus(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, WantsType | WantsInode, status) != 0)
            {
                return null;
            }
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // The system library is older than 2018 and has no statx.
            return null;
        }

        return new FileStatus(
            MemoryMarshal.Read<ushort>(status[ModeOffset..]),
            new FileIdentity(
                MemoryMarshal.Read<uint>(status[DeviceMajorOffset..]),
                MemoryMarshal.Read<uint>(status[DeviceMinorOffset..]),
                MemoryMarshal.Read<ulong>(status[InodeOffset..])));
    }

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int GetStatus(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> status);
}
