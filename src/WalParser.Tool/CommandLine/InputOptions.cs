using System.CommandLine;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.WalSets;

namespace WalParser.Tool.CommandLine;

/// <summary>The arguments and options that say which WALs a command reads.</summary>
internal sealed class InputOptions
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description =
            "WAL files (also compressed: .log.zst, .log.lz4, .log.gz, .log.sz), DB folders, or - for standard input. A folder means "
            + "the WALs in it and in its archive folder or, if there are none, those in its db folder (where Kvrocks keeps them), or in "
            + "the folder that its OPTIONS file names (wal_dir). WALs are read in the order of their log numbers. Of several paths, as "
            + "in db/*, those that are no WALs are passed over with a note.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<ulong?> _logNumber = new("--log-number")
    {
        Description =
            "The number of a log whose file name does not contain it (or, for a single file, contains a wrong one). The number "
            + "distinguishes the records of a recycled log from those of its earlier use. [default: the number in the file's name, "
            + "else in its first recyclable record]",
        HelpName = "N",
        CustomParser = OptionValue.ParseNumber,
    };

    private readonly Option<int?> _maxRecordSize = MaxRecordSizeOption();

    private readonly Option<string?> _walFolder = WalFolderOption();
    private readonly Option<long?> _maxCopySize = MaxCopySizeOption();

    public InputOptions() => _paths.Validators.Add(result =>
    {
        // The parser takes an unknown option for a path.
        foreach (string path in result.Tokens.Select(token => token.Value))
        {
            if (path.StartsWith('-') && path != WalInput.StandardInputName && !File.Exists(path) && !Directory.Exists(path))
            {
                result.AddError($"there is no option {path}, and no file of that name");
            }
        }
    });

    /// <summary>Creates the option that limits the size of a record.</summary>
    public static Option<int?> MaxRecordSizeOption() => new("--max-record-size")
    {
        Description =
            "The largest record that is read, in bytes, or with the suffix K, M or G. A larger record is reported and skipped. The "
            + "limit bounds the memory that a hostile log can use. At most 2147483591, the largest array of .NET. [default: 1G]",
        HelpName = "SIZE",
        CustomParser = OptionValue.ParseSize,
    };

    /// <summary>Creates the option that limits what a compressed copy may become.</summary>
    public static Option<long?> MaxCopySizeOption() => new("--max-copy-size")
    {
        Description =
            "The largest size, in bytes or with the suffix K, M, G or T, to which a compressed copy of a WAL is decompressed. The rest "
            + "is not read, which is reported as a loss. The limit bounds the time that a hostile copy can take. [default: 4G, or 256 "
            + "times the size of the copy if that is more]",
        HelpName = "SIZE",
        CustomParser = OptionValue.ParseLongSize,
    };

    /// <summary>Creates the option that names the folder of the WALs.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="argument">The name of the argument that is the DB folder.</param>
    public static Option<string?> WalFolderOption(string name = "--wal-dir", string argument = "PATH") => new(name)
    {
        Description =
            $"The folder with the WALs of the DB folder {argument}, if they are not in it (RocksDB's option wal_dir). [default: the DB "
            + "folder or, if it has none, the folder that its newest OPTIONS file names]",
        HelpName = "FOLDER",
    };

    /// <summary>Adds the arguments and options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_paths);
        command.Add(_logNumber);
        command.Add(_walFolder);
        command.Add(_maxRecordSize);
        command.Add(_maxCopySize);
    }

    /// <summary>Finds the folder or file that is to be followed. Returns it as a set, or returns the error in the command line.</summary>
    public async Task<(WalSet? Set, string? Error)> FindFollowedAsync(
        ParseResult parsed, WalRecoveryMode mode, CancellationToken cancellationToken)
    {
        string[] paths = parsed.GetRequiredValue(_paths);
        if (paths is not [string path])
        {
            return (null, "--follow takes one PATH: a folder, or a WAL to begin with");
        }

        if (path == WalInput.StandardInputName)
        {
            return (null, "--follow takes a folder or a file, not standard input, which is always followed while it is open");
        }

        InputSettings settings = SettingsOf(parsed);
        if (InputFailure.OfWalFolder(settings.WalFolder) is { } failure)
        {
            return (null, failure.ToString());
        }

        var options = new WalSetOptions { Mode = mode, MaxRecordSize = settings.MaxRecordSize, MaxCopySize = settings.MaxCopySize };
        WalSet set = File.Exists(path)
            ? new WalSet([new WalFile(path, logNumber: settings.LogNumber)], options)
            : new WalSet(await DatabaseFolder.OpenAsync(path, settings.WalFolder, cancellationToken), options);
        return (set, null);
    }

    /// <summary>Returns the first path of the command line.</summary>
    public string FirstOf(ParseResult parsed) => parsed.GetRequiredValue(_paths)[0];

    /// <summary>Finds the WALs.</summary>
    public Task<WalInputs> FindAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        WalInputs.FindAsync(parsed.GetRequiredValue(_paths), SettingsOf(parsed), cancellationToken);

    private InputSettings SettingsOf(ParseResult parsed) => new()
    {
        LogNumber = parsed.GetValue(_logNumber),
        MaxRecordSize = parsed.GetValue(_maxRecordSize) ?? WalReaderOptions.DefaultMaxRecordSize,
        MaxCopySize = parsed.GetValue(_maxCopySize),
        WalFolder = parsed.GetValue(_walFolder),
    };
}
