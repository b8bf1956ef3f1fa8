using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>Reports on standard error what the commands do not express, and what was assumed.</summary>
internal static class ConversionNotes
{
    // How many bytes of an example are shown.
    private const int LongestText = 64;
    private const int LongestHex = 32;

    /// <summary>Reports the notes and returns the exit code that follows from them.</summary>
    /// <param name="console">The console.</param>
    /// <param name="notes">The notes.</param>
    /// <param name="isChosen">Whether the user has chosen the namespaces. The others are then not reported.</param>
    public static int Report(ToolConsole console, IEnumerable<ConversionNote> notes, bool isChosen)
    {
        int exitCode = ExitCode.Clean;
        foreach (ConversionNote note in notes)
        {
            if (note.Kind == ConversionNoteKind.OtherNamespace && isChosen)
            {
                continue;
            }

            console.Say(TextOf(note));
            exitCode = Math.Max(exitCode, note.Kind switch
            {
                ConversionNoteKind.Gap or ConversionNoteKind.Undecodable or ConversionNoteKind.SlotEncodingTurned => ExitCode.Damage,
                ConversionNoteKind.OtherNamespace => ExitCode.Failure,
                _ => ExitCode.Clean,
            });
        }

        return exitCode;
    }

    private static string TextOf(ConversionNote note) => note.Kind switch
    {
        ConversionNoteKind.NoCommand => $"{Count(note, "key")} of {TypeOf(note)} left out, which no command can make{Examples(note)}",
        ConversionNoteKind.OtherFamily =>
            $"{Count(note, "record")} of the column family {(note.Subject.Length == 0 ? "that is not Kvrocks's" : note.Subject)} left "
            + "out, which holds no keys",
        ConversionNoteKind.IncompleteKey =>
            $"{Count(note, "key")} of {TypeOf(note)} of which these logs do not have everything: the commands make what is "
            + $"known{Examples(note)}",
        ConversionNoteKind.RoundedScore =>
            $"{Count(note, "key")} of type sortedint with numbers above 2^53 whose scores are rounded; the members are "
            + $"whole{Examples(note)}",
        ConversionNoteKind.UnknownBefore =>
            $"{Count(note, "key")} deleted or made anew of which these logs do not say what was there before: DEL in case there was "
            + $"something{Examples(note)}",
        ConversionNoteKind.UnknownRange =>
            $"{Count(note, "range deletion")} taken for FLUSHDB or FLUSHALL by the range alone, because keys from before these logs "
            + "are not known",
        ConversionNoteKind.Gap => $"{Count(note, "gap")}: what was known before is taken to hold behind it",
        ConversionNoteKind.Undecodable => $"{Count(note, "operation")} could not be read as Kvrocks's, and changed nothing",
        ConversionNoteKind.SlotEncodingTurned =>
            $"{Count(note, "command")} made before keys showed whether they carry their slot, which may name wrong keys; say it with "
            + "--slots on or --slots off",
        ConversionNoteKind.OtherNamespace =>
            $"{Count(note, "change")} in the namespace '{note.Subject}' left out, so as not to mix its keys with others; give it a "
            + $"database (--namespace-to-db {note.Subject}=N), or choose one namespace (--namespace)",
        _ when note.Subject == "JSON.SET" =>
            $"{Count(note, "command")} JSON.SET, which a server before Redis 8 refuses unless it has a module; --no-json leaves them out",
        _ => $"{Count(note, "command")} {note.Subject}, which a server before Redis 7.4 refuses",
    };

    /// <summary>Returns the name of a type with the word "type". The name of an unknown type contains the word already.</summary>
    private static string TypeOf(ConversionNote note) =>
        note.Subject.StartsWith("type ", StringComparison.Ordinal) ? note.Subject : "type " + note.Subject;

    private static string Count(ConversionNote note, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{note.Count:N0} {thing}{(note.Count == 1 ? "" : "s")}");

    private static string Examples(ConversionNote note)
    {
        string examples = string.Join(", ", note.Examples.Select(key => Shown(key.Span)));
        return examples.Length == 0 ? "" : $": {examples}{(note.Count > note.Examples.Count ? ", ..." : "")}";
    }

    private static string Shown(ReadOnlySpan<byte> key) => ByteText.IsText(key)
        ? Encoding.UTF8.GetString(ByteText.Shorten(key, LongestText))
        : ByteText.HexPrefix + Convert.ToHexStringLower(key[..Math.Min(key.Length, LongestHex)]);
}
