namespace WalParser.Tool.Output;

/// <summary>The streams that a command reads and writes, and the properties of the terminal.</summary>
internal sealed class ToolConsole(Stream input, Stream output, TextWriter error)
{
    private const int DefaultWidth = 80;

    private string? _path;

    /// <summary>Standard input.</summary>
    public Stream Input { get; } = input;

    /// <summary>Standard output or the file that takes its place, for bytes.</summary>
    public OutputStream Output { get; private set; } = new(output);

    /// <summary>The name of the output in messages.</summary>
    public string OutputName => _path ?? "standard output";

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Whether the output goes to a terminal.</summary>
    public bool OutputIsTerminal
    {
        get => field && _path is null;
        init;
    }

    /// <summary>Whether standard error is a terminal on which a line can be overwritten.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether the output may have colours.</summary>
    public bool UsesColour
    {
        get => field && _path is null;
        init;
    }

    /// <summary>The width of the terminal, in columns.</summary>
    public int Width { get; init; } = DefaultWidth;

    /// <summary>The clock that times the progress.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The password for servers that the environment variable <c>REDISCLI_AUTH</c> contains; null for none.</summary>
    public string? ServerPassword { get; init; }

    /// <summary>The current progress line; null if there is none.</summary>
    public ProgressLine? Progress { get; set; }

    /// <summary>
    /// The action that the first Ctrl-C, or another signal to terminate, runs instead of ending the process; null to end the process.
    /// </summary>
    public Action? Interrupted { get; set; }

    /// <summary>Returns the console of this process.</summary>
    public static ToolConsole OfProcess()
    {
        bool isDumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        bool isTerminal = !Console.IsOutputRedirected;
        return new ToolConsole(new InputStream(Console.OpenStandardInput()), OutputStream.OpenStandardOutput(), Console.Error)
        {
            OutputIsTerminal = isTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected && !isDumb,
            UsesColour = isTerminal && !isDumb && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Width = TerminalWidth(),
            ServerPassword = Environment.GetEnvironmentVariable("REDISCLI_AUTH"),
        };
    }

    /// <summary>Writes a line to standard error. The message is made harmless; see <see cref="ShownText"/>.</summary>
    public void Say(string message)
    {
        Progress?.Clear();
        Error.WriteLine("walparser: " + ShownText.Of(message));
    }

    /// <summary>Makes the output go to a file, which is created when something is written.</summary>
    public void WriteTo(string path)
    {
        _path = path;
        Output = new OutputStream(new OutputFile(path));
    }

    private static int TerminalWidth()
    {
        if (Console.IsOutputRedirected && Console.IsErrorRedirected)
        {
            return DefaultWidth;
        }

        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : DefaultWidth;
        }
        catch (IOException)
        {
            return DefaultWidth;
        }
    }
}
