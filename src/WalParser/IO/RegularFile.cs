namespace WalParser.IO;

/// <summary>
/// Distinguishes regular files from the other entries of a folder: opening a named pipe waits for a writer, possibly forever. .NET does not
/// distinguish them on Linux, so the system is asked (<see cref="FileStatus"/>).
/// </summary>
internal static class RegularFile
{
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

        return FileStatus.Read(path)?.KindIfNotRegular;
    }
}
