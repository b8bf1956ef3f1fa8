using System.Text;
using WalParser.Tool.Output;

namespace WalParser.Tool.Servers;

/// <summary>Reads the file of <c>--password-file</c>. No message contains any of the file.</summary>
internal static class PasswordFile
{
    private const int LongestPassword = 1 << 16;

    /// <summary>Reads the first line of a file, without the end of the line.</summary>
    public static bool TryRead(string path, out string password, out string error)
    {
        password = "";
        string shown = ShownText.OfName(path);
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[LongestPassword];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> line = bytes.AsSpan(0, length);
            int end = line.IndexOf((byte)'\n');
            if (end < 0 && length == LongestPassword)
            {
                error = $"--password-file {shown}: its first line is longer than {LongestPassword} bytes";
                return false;
            }

            line = (end < 0 ? line : line[..end]).TrimEnd((byte)'\r');
            password = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line);
            error = line.IsEmpty ? $"--password-file {shown}: its first line is empty" : "";
            return !line.IsEmpty;
        }
        catch (DecoderFallbackException)
        {
            error = $"--password-file {shown}: its first line is not UTF-8";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = $"--password-file {shown}: it cannot be read: {exception.Message}";
        }

        return false;
    }
}
