using WalParser.TestSupport.Files;

namespace WalParser.TestSupport.Examples;

/// <summary>
/// Runs an example that writes to the console. It replaces the console of the process and changes its current folder, so no other test may
/// run at the same time: the test is in a collection without parallelism.
/// </summary>
public static class ConsoleCapture
{
    /// <summary>Runs an example in the folder of the repository, and returns the lines that it writes.</summary>
    /// <param name="example">The example.</param>
    /// <param name="output">The writer that replaces the console; null for a new one.</param>
    public static async Task<string[]> LinesOfAsync(Func<Task> example, StringWriter? output = null)
    {
        output ??= new StringWriter();
        TextWriter console = Console.Out;
        string folder = Environment.CurrentDirectory;
        try
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = TestFiles.Repository;
            await example();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
        }

        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
