using System.Text;

namespace WalParser.Tests.Fixtures;

/// <summary>How a child process ended, and what it wrote.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number if a signal ended it.</param>
/// <param name="OutputBytes">Its standard output, without the lines that the test has read already.</param>
/// <param name="ErrorBytes">Its standard error.</param>
internal sealed record ChildResult(int ExitCode, byte[] OutputBytes, byte[] ErrorBytes)
{
    /// <summary>Its standard output as text.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Its standard error as text.</summary>
    public string Error => Encoding.UTF8.GetString(ErrorBytes);
}
