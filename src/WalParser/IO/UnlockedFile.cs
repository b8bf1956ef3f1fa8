using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace WalParser.IO;

/// <summary>
/// Opens files for reading without a lock. All files that the library reads are opened here.
/// </summary>
/// <remarks>
/// On Unix, .NET takes a shared lock (<c>flock</c> with <c>LOCK_SH</c>) on each file that it opens for reading, whatever
/// <see cref="FileShare"/> is: opening then fails while a server holds an exclusive lock, and a server that wants one fails while the file
/// is read. Only a setting of the whole process prevents that (<c>System.IO.DisableFileLocking</c>), and it is not for a library to set. On
/// Linux, the system is therefore called (<c>open</c>).
/// </remarks>
internal static partial class UnlockedFile
{
    // O_RDONLY | O_CLOEXEC. The flags have these values on all architectures with 64 bits that .NET supports; others need O_LARGEFILE.
    private const int ReadOnly = 0x80000;

    // POSIX_FADV_RANDOM and POSIX_FADV_SEQUENTIAL.
    private const int RandomAdvice = 1;
    private const int SequentialAdvice = 2;
    private const FileShare All = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>Opens a file for reading. It may be written to, renamed and deleted while it is open.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The access that the system should prepare for.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied, or it is a folder.</exception>
    public static SafeFileHandle Open(string path, FileOptions options = FileOptions.None) =>
        TryOpen(path, options) ?? File.OpenHandle(path, FileMode.Open, FileAccess.Read, All, options);

    /// <summary>Opens a file for reading as a stream without a buffer.</summary>
    /// <inheritdoc cref="Open(string, FileOptions)"/>
    public static FileStream OpenStream(string path, FileOptions options = FileOptions.None) =>
        TryOpen(path, options) is { } file
            ? new FileStream(file, FileAccess.Read, bufferSize: 0)
            : new FileStream(path, FileMode.Open, FileAccess.Read, All, bufferSize: 0, options);

    /// <summary>
    /// Opens a file without a lock; null on other systems, and if the file cannot be opened, so that .NET opens it or throws its own
    /// exception.
    /// </summary>
    private static SafeFileHandle? TryOpen(string path, FileOptions options)
    {
        // A folder can be opened as well, but not read. An empty path, or one with a null character, is an error of the caller.
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || path.Length == 0 || path.Contains('\0') || Directory.Exists(path))
        {
            return null;
        }

        try
        {
            int descriptor = OpenDescriptor(Encoding.UTF8.GetBytes(path + '\0'), ReadOnly);
            if (descriptor < 0)
            {
                return null;
            }

            var file = new SafeFileHandle(descriptor, ownsHandle: true);
            int advice = (options & FileOptions.SequentialScan) != 0 ? SequentialAdvice
                : (options & FileOptions.RandomAccess) != 0 ? RandomAdvice
                : 0;
            if (advice != 0)
            {
                // The advice determines how far the system reads ahead. It fails for a pipe, which needs none.
                _ = Advise(descriptor, 0, 0, advice);
            }

            return file;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int OpenDescriptor(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, nint offset, nint length, int advice);
}
