using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Commands;

/// <summary>Reports on standard error what <c>commands --undo</c> does not bring back, and what was assumed.</summary>
internal static class UndoNotes
{
    /// <summary>Reports the notes and returns the exit code that follows from them.</summary>
    /// <param name="console">The console.</param>
    /// <param name="notes">The notes.</param>
    /// <param name="isChosen">Whether the user has chosen the namespaces. The others are then not reported.</param>
    public static int Report(ToolConsole console, IEnumerable<ConversionNote> notes, bool isChosen) =>
        ConversionNotes.Report(console, notes, isChosen, TextOf, ExitCodeOf);

    private static int ExitCodeOf(ConversionNote note) => note.Kind switch
    {
        ConversionNoteKind.NoCommand or ConversionNoteKind.IncompleteKey or ConversionNoteKind.UnknownBefore
            or ConversionNoteKind.UnknownRange => ExitCode.Damage,
        _ => ConversionNotes.ExitCodeOf(note),
    };

    private static string TextOf(ConversionNote note) => note.Kind switch
    {
        ConversionNoteKind.NoCommand =>
            $"{Keys(note)} of {ConversionNotes.TypeOf(note)} left alone, as no command creates {ReportText.Them(note.Count)}"
            + ConversionNotes.Examples(note),
        ConversionNoteKind.JsonOmitted =>
            $"{ConversionNotes.Count(note, "JSON document")} left alone (--no-json){ConversionNotes.Examples(note)}",
        ConversionNoteKind.IncompleteKey =>
            $"{Keys(note)} of {ConversionNotes.TypeOf(note)} left alone, because these logs show only a part of the earlier "
            + $"state{ConversionNotes.Examples(note)}",
        ConversionNoteKind.UnknownBefore =>
            $"{Keys(note)} left alone, because these logs do not show whether {ReportText.They(note.Count)} existed before"
            + ConversionNotes.Examples(note),
        ConversionNoteKind.UnknownRange =>
            $"{ConversionNotes.Count(note, "range deletion")} (FLUSHDB, FLUSHALL or the clearing of a slot) that may have deleted keys "
            + "that these logs do not show; these keys are not brought back",
        ConversionNoteKind.OtherFamily =>
            $"{ConversionNotes.Count(note, "record")} of the column family "
            + $"{(note.Subject.Length == 0 ? "that is not Kvrocks's" : note.Subject)} not undone, because it contains no keys",
        ConversionNoteKind.Gap =>
            $"{ConversionNotes.Count(note, "gap")}: changes in a gap are not undone, and a key is left alone if its earlier state may "
            + "have changed in one",
        ConversionNoteKind.Undecodable =>
            $"{ConversionNotes.Count(note, "operation")} could not be decoded as Kvrocks's; what {ReportText.They(note.Count)} did is not "
            + "undone",
        ConversionNoteKind.OtherNamespace =>
            $"{ConversionNotes.Count(note, "change")} in the namespace '{note.Subject}' not undone, so that its keys are not mixed with "
            + $"others; give it a database (--namespace-to-db {note.Subject}=N), or choose one namespace (--namespace)",
        ConversionNoteKind.NeedsNewerServer =>
            $"{ConversionNotes.Count(note, "command")} {note.Subject}; a server that refuses it leaves the key as it is",
        _ => ConversionNotes.TextOf(note),
    };

    private static string Keys(ConversionNote note) => ConversionNotes.Count(note, "key");
}
