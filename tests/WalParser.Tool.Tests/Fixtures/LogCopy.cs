using System.ComponentModel;
using System.Diagnostics;
using System.IO.Compression;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>A compressed copy of a log, as another program makes it.</summary>
/// <param name="Format">What the tool calls its format.</param>
/// <param name="Suffix">What its name has behind the log's.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record LogCopy(string Format, string Suffix, byte[] Bytes)
{
    /// <summary>The copy that a format's own program makes; gzip's is .NET's. The test is skipped where the program is not there.</summary>
    public static LogCopy Make(string format, byte[] log) => format switch
    {
        "gzip" => new LogCopy(format, ".gz", Gzip(log)),
        "zstd" => new LogCopy(format, ".zst", Run("zstd", "-q -c", log)),

        // Blocks of 64 KiB, since a block is read as a whole or not at all.
        "lz4" => new LogCopy(format, ".lz4", Run("lz4", "-q -c -B4", log)),
        _ => throw new ArgumentException($"Nothing here makes {format}.", nameof(format)),
    };

    private static byte[] Gzip(byte[] log)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(log);
        }

        return output.ToArray();
    }

    private static byte[] Run(string program, string arguments, byte[] input)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            Skip.If(true, $"{program} is not installed.");
            throw;
        }

        using (process)
        {
            using var output = new MemoryStream();
            Task reading = process.StandardOutput.BaseStream.CopyToAsync(output);
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
            reading.Wait();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output.ToArray();
        }
    }
}
