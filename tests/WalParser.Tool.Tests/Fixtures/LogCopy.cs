using System.IO.Compression;
using WalParser.TestSupport.Processes;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>A compressed copy of a log, made by another program.</summary>
/// <param name="Format">The tool's name for the format.</param>
/// <param name="Suffix">The suffix that the name of the copy has after the name of the log.</param>
/// <param name="Bytes">The content of the copy.</param>
internal sealed record LogCopy(string Format, string Suffix, byte[] Bytes)
{
    /// <summary>
    /// Makes a copy with the program of the format; gzip copies are made by .NET. The test is skipped if the program is not installed.
    /// </summary>
    public static LogCopy Make(string format, byte[] log) => format switch
    {
        "gzip" => new LogCopy(format, ".gz", Gzip(log)),
        "zstd" => new LogCopy(format, ".zst", Run(log, "zstd", "-q", "-c")),

        // Blocks of 64 KiB, because a block is read completely or not at all.
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
