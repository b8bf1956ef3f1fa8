namespace WalParser.Tool.Output;

/// <summary>Where a command reads from and writes to, and what is at the other end.</summary>
internal sealed class ToolConsole(Stream input, Stream output, TextWriter error)
{
    private const int DefaultWidth = 80;

    /// <summary>Standard input.</summary>
    public Stream Input { get; } = input;

    /// <summary>Standard output, as bytes.</summary>
    public OutputStream Output { get; } = new(output);

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Whether a person reads the output as it comes.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal on which a line can be written over.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether the output may have colours.</summary>
    public bool UsesColour { get; init; }

    /// <summary>The width of the terminal in columns.</summary>
    public int Width { get; init; } = DefaultWidth;

    /// <summary>The time by which progress is shown.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The line of progress that is on the terminal now, if any.</summary>
    public ProgressLine? Progress { get; set; }

    /// <summary>What Ctrl-C, or another signal to end, does the first time, instead of ending the process; null if nothing.</summary>
    public Action? Interrupted { get; set; }

    /// <summary>The console of this process.</summary>
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
        };
    }

    /// <summary>One line on standard error.</summary>
    public void Say(string message)
    {
        Progress?.Clear();
        Error.WriteLine("walparser: " + OneLine.Of(message));
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
