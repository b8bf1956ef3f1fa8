using System.CommandLine;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Manifest;

/// <summary><c>walparser manifest</c>: shows the contents of a MANIFEST.</summary>
internal sealed class ManifestCommand
{
    private readonly Argument<string> _path = new("PATH")
    {
        Description =
            "A MANIFEST, or a DB folder (or a folder with a db folder, as Kvrocks has it), whose CURRENT names the MANIFEST.",
    };

    private readonly Option<OutputFormat> _format = FormatOption.Create(
        "text, for people, or jsonl, one JSON object per line, exact, bytes as hex. [default: text]",
        OutputFormat.Text,
        OutputFormat.Jsonl);

    private readonly Option<int?> _maxRecordSize = new("--max-record-size")
    {
        Description =
            "The largest record that is read, in bytes, or with the suffix K, M or G. A larger edit is reported and skipped. [default: 1G]",
        HelpName = "SIZE",
        CustomParser = OptionValue.ParseSize,
    };

    private readonly ToolConsole _console;

    private ManifestCommand(ToolConsole console) => _console = console;

    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console)
    {
        var manifest = new ManifestCommand(console);
        var command = new ToolCommand(
            "manifest",
            "Shows the edits of a MANIFEST in order, and the resulting state: column families, log numbers, files, tracked WALs.",
            """
            What RocksDB would refuse is reported, and all other edits are applied: damage, an edit
            for a column family that does not exist, an atomic group that is cut short. A torn end,
            which a crash leaves and RocksDB ignores, is a note. Exit codes: 0 no damage was found,
            1 damage was found, 2 a usage error or a file that could not be read.

            Each line of jsonl has a "kind": manifest, edit, finding, columnFamily (one for each,
            including dropped ones) or state, the last line.

            Examples:
              walparser manifest /var/lib/kvrocks
              walparser manifest --format jsonl db/MANIFEST-000005
            """)
        {
            manifest._path,
            manifest._format,
            manifest._maxRecordSize,
        };
        manifest._path.Validators.Add(result =>
        {
            string path = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (path.StartsWith('-') && !Path.Exists(path))
            {
                result.AddError($"there is no option {path}, and no file of that name");
            }
        });
        command.SetAction(manifest.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string path = parsed.GetRequiredValue(_path);
        int maxEditSize = parsed.GetValue(_maxRecordSize) ?? WalReaderOptions.DefaultMaxRecordSize;
        try
        {
            List<Finding> findings = [];
            string? file = Directory.Exists(path) ? DatabaseFolder.FindManifest(path, findings) : path;
            if (file is null)
            {
                findings.ForEach(finding => _console.Say(FindingText.Of(finding)));
                _console.Say(new InputFailure(path, "no MANIFEST found; name one, or a DB folder").ToString());
                return ExitCode.Failure;
            }

            FileContent content = await FileContent.RecognizeAsync(file, cancellationToken);
            if (content.Format is not (FileFormat.Manifest or FileFormat.NoRegularFile) && content.IsCertain)
            {
                _console.Say(new OtherFile(path, content).ToFailure("MANIFEST").ToString());
                return ExitCode.Failure;
            }

            long? size = new FileInfo(file) is { Exists: true } info ? info.Length : null;
            using var progress = new ProgressLine(_console, isWanted: !_console.OutputIsTerminal, size);
            if (await ShowAsync(file, findings, parsed.GetValue(_format), maxEditSize, progress, cancellationToken) is { } exitCode)
            {
                return exitCode;
            }

            _console.Say(new OtherFile(path, content).ToFailure("MANIFEST").ToString());
            return ExitCode.Failure;
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            _console.Say(new InputFailure(path, e).ToString());
            return ExitCode.Failure;
        }
    }

    private async Task<int?> ShowAsync(
        string file,
        List<Finding> findings,
        OutputFormat format,
        int maxEditSize,
        ProgressLine progress,
        CancellationToken cancellationToken)
    {
        if (format == OutputFormat.Jsonl)
        {
            using var lines = new JsonLinesManifestWriter(new ByteWriter(_console.Output));
            return await new ManifestRun(lines, findings).ShowAsync(file, maxEditSize, progress, cancellationToken);
        }

        await using var report = new ReportOutput(_console);
        return await new ManifestRun(new TextManifestWriter(report), findings).ShowAsync(file, maxEditSize, progress, cancellationToken);
    }
}
