using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using WalParser.Tool.Output;

namespace WalParser.Tool.CommandLine;

/// <summary>
/// Makes arguments usable that name files by bytes that are not UTF-8. .NET replaces such bytes with U+FFFD, and no file has the name that
/// results. On Linux, the bytes as they were given are in <c>/proc/self/cmdline</c>, and an open file can be named by its descriptor.
/// </summary>
internal static partial class RawArguments
{
    // fcntl.h: O_PATH, to name a file without opening it for reading, and O_CLOEXEC.
    private const int PathOnly = 0x200000 | 0x80000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the arguments with other names for files whose names are not UTF-8; see <see cref="RawPaths"/>.</summary>
    /// <param name="args">The arguments of the process.</param>
    public static string[] Replace(string[] args)
    {
        if (!OperatingSystem.IsLinux() || !args.Any(IsReplaced))
        {
            return args;
        }

        byte[][] raw = Read();
        return raw.Length < args.Length
            ? args
            : [.. args.Select((arg, i) => IsReplaced(arg) ? Replace(arg, raw[raw.Length - args.Length + i]) : arg)];
    }

    private static bool IsReplaced(string arg) => arg.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(arg);

    private static string Replace(string arg, byte[] raw)
    {
        if (IsUtf8(raw))
        {
            return arg;
        }

        ReadOnlySpan<byte> path = raw.AsSpan().TrimEnd((byte)'/');
        int slash = path.LastIndexOf((byte)'/');

        // The name of a WAL contains its number, so it is kept if it can be.
        bool isNameUtf8 = slash > 0 && IsUtf8(path[(slash + 1)..]);
        ReadOnlySpan<byte> opened = isNameUtf8 ? path[..slash] : path;
        int descriptor = Open(Terminated(opened), PathOnly);
        if (descriptor < 0)
        {
            return arg;
        }

        string name = isNameUtf8 ? "/" + Encoding.UTF8.GetString(path[(slash + 1)..]) : "";
        string replaced = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
        RawPaths.Add(replaced, opened);
        return replaced + name;
    }

    private static byte[] Terminated(ReadOnlySpan<byte> path)
    {
        byte[] terminated = new byte[path.Length + 1];
        path.CopyTo(terminated);
        return terminated;
    }

    private static byte[][] Read()
    {
        try
        {
            byte[] line = File.ReadAllBytes("/proc/self/cmdline");
            List<byte[]> arguments = [];
            ReadOnlySpan<byte> rest = line;
            for (int end = rest.IndexOf((byte)0); end >= 0; end = rest.IndexOf((byte)0))
            {
                arguments.Add(rest[..end].ToArray());
                rest = rest[(end + 1)..];
            }

            return [.. arguments];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte[] path, int flags);
}
