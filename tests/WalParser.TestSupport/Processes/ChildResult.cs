using System.Text;

namespace WalParser.TestSupport.Processes;

/// <summary>The exit code and the output of a child process.</summary>
/// <param name="ExitCode">The exit code; 128 plus the number of the signal if a signal ended the process.</param>
/// <param name="OutputBytes">The standard output, without the lines that the test has read already.</param>
/// <param name="ErrorBytes">The standard error.</param>
public sealed record ChildResult(int ExitCode, byte[] OutputBytes, byte[] ErrorBytes)
{
    /// <summary>The standard output as text.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>The lines of the standard output that are not empty.</summary>
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The standard error as text.</summary>
    public string Error => Encoding.UTF8.GetString(ErrorBytes);
}
