using System.Text.Json;
using WalParser.Findings;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>A path that could not be read, and the reason.</summary>
/// <param name="Path">The path.</param>
/// <param name="Message">What happened and, if that is not obvious, what to do.</param>
internal sealed record InputFailure(string Path, string Message)
{
    public InputFailure(string path, Exception cause)
        : this(path, Describe(cause))
    {
    }

    /// <summary>Creates the failure of a WAL of a set.</summary>
    public InputFailure(Finding problem, IEnumerable<WalInput> inputs)
        : this(inputs.FirstOrDefault(input => input.Name == problem.File)?.Path ?? problem.File!, problem.Reason)
    {
    }

    private string Label => Path switch
    {
        WalInput.StandardInputName => "standard input",

        // An empty label would make the message look incomplete.
        "" => "''",
        _ => Path,
    };

    /// <summary>Returns true if an exception is caused by the input and not by an error in the program.</summary>
    public static bool IsCausedBy(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>
    /// Returns the message for a path that does not exist. .NET turns bytes of a name that are not UTF-8 into U+FFFD, and then finds no
    /// such file.
    /// </summary>
    public static string NotFound(string path) => path.Contains('\uFFFD', StringComparison.Ordinal)
        ? "no such file or folder; if its name contains bytes that are not UTF-8, rename it, or make a link to it with another name"
        : "no such file or folder; name a WAL, a DB folder, or - for standard input";

    /// <summary>Returns the failure for a folder of WALs, as <c>--wal-dir</c> names it, that is no folder; null if it is one.</summary>
    public static InputFailure? OfWalFolder(string? folder) => folder is null || Directory.Exists(folder) ? null
        : new InputFailure(
            folder,
            (File.Exists(folder) ? "this is no folder" : "no such folder") + "; --wal-dir names the folder of the WALs of the database");

    /// <summary>Writes the array <c>errors</c> of a JSON report.</summary>
    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<InputFailure> failures)
    {
        json.WriteStartArray("errors");
        foreach (InputFailure failure in failures)
        {
            json.WriteStartObject();
            json.WriteString("path", RawPaths.Restore(failure.Path));
            json.WriteString("message", RawPaths.Restore(failure.Message));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public override string ToString() => $"{Label}: {Message}";

    private static string Describe(Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or folder",
        UnauthorizedAccessException => "access denied; check the permissions",
        _ => "reading failed: " + cause.Message,
    };
}
