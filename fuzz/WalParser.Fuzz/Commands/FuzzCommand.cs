using System.CommandLine;

namespace WalParser.Fuzz.Commands;

/// <summary>The root command.</summary>
internal static class FuzzCommand
{
    /// <summary>Exit code: nothing was found.</summary>
    public const int Clean = 0;

    /// <summary>Exit code: something was found.</summary>
    public const int Found = 1;

    /// <summary>Exit code: wrong usage, or a file that could not be read.</summary>
    public const int Failure = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(
            "Fuzzes WalParser. Exit codes: 0 nothing found, 1 something found, 2 a usage error or a file that could not be read.")
        {
            TargetsCommand.Create(output),
            RunCommand.Create(output),
            ReproCommand.Create(output),
            MinimizeCommand.Create(output),
            CminCommand.Create(output),
            GenerateCommand.Create(output),
            AflCommand.Create(),
        };
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine(parsed.Errors[0].Message);
            return Failure;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(exception.Message);
            return Failure;
        }
    }
}
