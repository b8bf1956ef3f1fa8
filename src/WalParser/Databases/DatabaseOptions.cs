using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Databases;

/// <summary>
/// The options in a folder's newest OPTIONS file that concern its WALs. An OPTIONS file consists of lines of the form <c>name=value</c>
/// under headings in brackets.
/// </summary>
/// <param name="RecoveryMode">The recovery mode of the database; null if the file does not state it or states an unknown one.</param>
/// <param name="AllowsTwoPhaseCommit">Whether two-phase commits are enabled (<c>allow_2pc</c>).</param>
internal sealed record DatabaseOptions(WalRecoveryMode? RecoveryMode, bool AllowsTwoPhaseCommit)
{
    /// <summary>
    /// Whether WALs that the MANIFEST tracks must be present (<c>track_and_verify_wals_in_manifest</c>). True by default, because the
    /// option was on when tracking began.
    /// </summary>
    public bool VerifiesTrackedWals { get; init; } = true;

    /// <summary>
    /// Whether the predecessors that WALs record must match (<c>track_and_verify_wals</c>). True by default, because the option was on when
    /// the WALs were written.
    /// </summary>
    public bool VerifiesPredecessors { get; init; } = true;

    /// <summary>Whether the file says that a database must have a WAL (<c>track_and_verify_wals</c>).</summary>
    public bool RequiresWal { get; init; }

    /// <summary>Whether recovery acts on damage (<c>paranoid_checks</c>). If not, it passes over damage in every mode.</summary>
    public bool IsParanoid { get; init; } = true;

    /// <summary>Whether recovery leaves the memtables in memory (<c>avoid_flush_during_recovery</c>).</summary>
    public bool AvoidsFlushDuringRecovery { get; init; }

    /// <summary>The names of the column families that have no merge operator (<c>merge_operator=nullptr</c>).</summary>
    public IReadOnlySet<string> FamiliesWithoutMergeOperator { get; init; } = new HashSet<string>();

    /// <summary>
    /// Whether commits use a second write queue (<c>two_write_queues</c>), where each takes a sequence number that is in no WAL.
    /// </summary>
    public bool UsesTwoWriteQueues { get; init; }

    /// <summary>The name of the OPTIONS file.</summary>
    public string FileName { get; init; } = "";

    /// <summary>
    /// The folder that contains the WALs (<c>wal_dir</c>), as the file states it; null or empty if it is the folder of the database. The
    /// first releases of RocksDB state it in any case, as the path that the folder had then.
    /// </summary>
    public string? WalFolder { get; init; }

    private const string Prefix = "OPTIONS-";

    // An OPTIONS file has about ten to several hundred kilobytes, depending on the number of column families; the database options come
    // first.
    private const int MaxSize = 1 << 20;

    /// <summary>Reads the newest OPTIONS file of a folder. Returns null if there is none that can be read.</summary>
    public static DatabaseOptions? Read(string folder)
    {
        string? newest = (from path in Directory.EnumerateFiles(folder, Prefix + "*")
                          let number = FileNames.NumberIn(Path.GetFileName(path), Prefix)
                          where number is not null && RegularFile.Is(path)
                          orderby number descending
                          select path).FirstOrDefault();
        try
        {
            return newest is null ? null : Parse(ReadText(newest)) with { FileName = Path.GetFileName(newest) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The options only refine the defaults, so a failure is not reported.
            return null;
        }
    }

    private static string ReadText(string path)
    {
        using FileStream file = UnlockedFile.OpenStream(path);
        byte[] bytes = new byte[Math.Min(file.Length, MaxSize)];
        return System.Text.Encoding.Latin1.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    private static DatabaseOptions Parse(string text)
    {
        HashSet<string> withoutMergeOperator = [];
        var options = new DatabaseOptions(null, false) { FamiliesWithoutMergeOperator = withoutMergeOperator };
        string? family = null;
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Trim().Split('=', 2);
            if (parts[0].StartsWith('['))
            {
                family = NameOfFamily(parts[0]);
            }
            else if (family is not null && parts is ["merge_operator", "nullptr"])
            {
                withoutMergeOperator.Add(family);
            }

            options = parts[0] switch
            {
                "allow_2pc" => options with { AllowsTwoPhaseCommit = parts[^1] == "true" },
                "track_and_verify_wals_in_manifest" => options with { VerifiesTrackedWals = parts[^1] == "true" },
                "track_and_verify_wals" => options with
                {
                    VerifiesPredecessors = parts[^1] == "true",
                    RequiresWal = parts[^1] == "true",
                },
                "paranoid_checks" => options with { IsParanoid = parts[^1] != "false" },
                "avoid_flush_during_recovery" => options with { AvoidsFlushDuringRecovery = parts[^1] == "true" },
                "two_write_queues" => options with { UsesTwoWriteQueues = parts[^1] == "true" },
                "wal_dir" => options with { WalFolder = Unescape(parts[^1]) },
                "wal_recovery_mode" => options with { RecoveryMode = ModeOf(parts[^1]) },
                _ => options,
            };
        }

        return options;
    }

    /// <summary>
    /// Returns the name of the column family in a heading of the form <c>[CFOptions "default"]</c>; null for other headings.
    /// </summary>
    private static string? NameOfFamily(string heading)
    {
        const string Start = "[CFOptions \"";
        const string End = "\"]";
        return heading.StartsWith(Start, StringComparison.Ordinal) && heading.EndsWith(End, StringComparison.Ordinal)
            && heading.Length >= Start.Length + End.Length
            ? heading[Start.Length..^End.Length]
            : null;
    }

    /// <summary>
    /// Returns a string option as it was before RocksDB wrote it: in UTF-8, and without the backslashes that it puts before special
    /// characters (<c>EscapeOptionString</c> in <c>options/options_helper.cc</c>).
    /// </summary>
    private static string Unescape(string value)
    {
        var bytes = new List<byte>(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (c == '\\' && i + 1 < value.Length)
            {
                c = value[++i] switch
                {
                    'n' => '\n',
                    'r' => '\r',
                    char other => other,
                };
            }

            bytes.Add((byte)c);
        }

        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    private static WalRecoveryMode? ModeOf(string name) =>
        name.StartsWith('k') && Enum.TryParse(name[1..], out WalRecoveryMode mode) && Enum.IsDefined(mode) ? mode : null;
}
