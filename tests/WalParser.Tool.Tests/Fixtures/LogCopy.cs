using System.IO.Compression;
using WalParser.TestSupport.Processes;

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
        "zstd" => new LogCopy(format, ".zst", Run(log, "zstd", "-q", "-c")),

        // Blocks of 64 KiB, since a block is read as a whole or not at all.
        "lz4" => new LogCopy(format, ".lz4", Run(log, "lz4", "-q", "-c", "-B4")),
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

    private static byte[] Run(byte[] input, string program, params string[] arguments)
    {
        SystemProgram.SkipIfAbsent(program);
        using ChildProcess process = ChildProcess.Start(program, arguments);
        ChildResult result = process.End(input);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.OutputBytes;
    }
}
