using WalParser.Kvrocks.Commands;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Commands;

/// <summary>Reports on standard error what the commands do not express, and what was assumed.</summary>
internal static class ConversionNotes
{
    /// <summary>Reports the notes and returns the exit code that follows from them.</summary>
    /// <param name="console">The console.</param>
    /// <param name="notes">The notes.</param>
    /// <param name="isChosen">Whether the user has chosen the namespaces. The others are then not reported.</param>
    public static int Report(ToolConsole console, IEnumerable<ConversionNote> notes, bool isChosen) =>
        Report(console, notes, isChosen, TextOf, ExitCodeOf);

    /// <summary>Reports the notes in the words of <paramref name="textOf"/>, and returns the exit code that follows from them.</summary>
    public static int Report(
        ToolConsole console,
        IEnumerable<ConversionNote> notes,
        bool isChosen,
        Func<ConversionNote, string> textOf,
        Func<ConversionNote, int> exitCodeOf)
    {
        int exitCode = ExitCode.Clean;
        foreach (ConversionNote note in notes)
        {
            if (note.Kind == ConversionNoteKind.OtherNamespace && isChosen)
            {
                continue;
            }

            console.Say(textOf(note));
            exitCode = Math.Max(exitCode, exitCodeOf(note));
        }

        return exitCode;
    }

    /// <summary>
    /// Returns the exit code that follows from a note. What is left out because the target cannot take it counts as lost; what the user
    /// wants to leave out does not.
    /// </summary>
    public static int ExitCodeOf(ConversionNote note) => note.Kind switch
    {
        ConversionNoteKind.NoCommand or ConversionNoteKind.Gap or ConversionNoteKind.Undecodable or ConversionNoteKind.SlotEncodingTurned =>
            ExitCode.Damage,
        ConversionNoteKind.OtherNamespace => ExitCode.Failure,
        _ => ExitCode.Clean,
    };

    /// <summary>Returns a note in words.</summary>
    public static string TextOf(ConversionNote note) => note.Kind switch
    {
        ConversionNoteKind.NoCommand =>
            $"{Count(note, "key")} of {TypeOf(note)} omitted, as no command creates {Them(note.Count)}{Examples(note)}",
        ConversionNoteKind.OtherFamily =>
            $"{Count(note, "record")} of the column family {(note.Subject.Length == 0 ? "that is not Kvrocks's" : note.Subject)} omitted, "
            + "because it contains no keys",
        ConversionNoteKind.IncompleteKey =>
            $"{Count(note, "key")} of {TypeOf(note)} that these logs contain only in part: the commands create "
            + $"the part that is known{Examples(note)}",
        ConversionNoteKind.RoundedScore =>
            $"{Count(note, "key")} of type sortedint with numbers above 2^53 whose scores are rounded; the members are "
            + $"exact{Examples(note)}",
        ConversionNoteKind.StatesOmitted =>
            $"{Count(note, "key")} that these logs show with other elements again and again, without writing them: some states in between "
            + $"are omitted, the last one is written{Examples(note)}",
        ConversionNoteKind.UnknownBefore =>
            $"{Count(note, "key")} deleted or created whose earlier state is not in these logs: a DEL is written in case "
            + $"{They(note.Count)} existed{Examples(note)}",
        ConversionNoteKind.UnknownRange =>
            $"{Count(note, "range deletion")} treated as FLUSHDB or FLUSHALL because of the range alone; keys from before these logs "
            + "are not known",
        ConversionNoteKind.UnknownKept =>
            $"{Count(note, "FLUSHDB or FLUSHALL")} of which only the keys in these logs are deleted, one by one, because the target is a "
            + "cluster; delete older keys yourself",
        ConversionNoteKind.Gap => $"{Count(note, "gap")}: the state before it is assumed to apply after it",
        ConversionNoteKind.Undecodable => $"{Count(note, "operation")} could not be decoded as Kvrocks's, and had no effect",
        ConversionNoteKind.SlotEncodingTurned =>
            $"{Count(note, "command")} may name wrong keys, because no earlier key showed whether keys contain their slot; give "
            + "--slot-encoding on or off",
        ConversionNoteKind.OtherNamespace =>
            $"{Count(note, "change")} in the namespace '{note.Subject}' omitted, so that its keys are not mixed with others; give it a "
            + $"database (--namespace-to-db {note.Subject}=N), or choose one namespace (--namespace)",
        ConversionNoteKind.Expired =>
            $"{Count(note, "key")} deleted, or without some fields, because an expiry has passed since{Examples(note)}",
        ConversionNoteKind.FieldExpiryOmitted =>
            $"{Count(note, "hash key")} with fields whose expiry was omitted (--no-field-expiry): they stay{Examples(note)}",
        ConversionNoteKind.JsonOmitted => $"{Count(note, "JSON document")} omitted (--no-json){Examples(note)}",
        ConversionNoteKind.ImpossibleCounters =>
            $"{Count(note, "key")} of {TypeOf(note)} with counters that no server accepts (a fault of the server): the nearest that agree "
            + $"with the entries are set{Examples(note)}",
        ConversionNoteKind.Miscounted =>
            $"{Count(note, "key")} of {TypeOf(note)} of which the server counts more elements than it has: all that it has are "
            + $"written{Examples(note)}",
        ConversionNoteKind.OtherType =>
            $"{Count(note, "key")} of {TypeOf(note)} {(note.Count == 1 ? "becomes a" : "become")} "
            + $"{TypeOnRedis(note)}{(note.Count == 1 ? "" : "s")}, also on a Kvrocks server; --target kvrocks keeps the "
            + $"type{Examples(note)}",
        ConversionNoteKind.RuleNotRestored =>
            $"{Count(note, "time series key")} whose rule (TS.CREATERULE) is not created, or begins anew, because no command sets what "
            + $"a rule has counted{Examples(note)}",
        _ when note.Subject == "JSON.SET" =>
            $"{Count(note, "command")} JSON.SET, which a server before Redis 8 refuses unless it has a module; --no-json omits "
            + Them(note.Count),
        _ =>
            $"{Count(note, "command")} {note.Subject}, which a server before Redis 7.4 refuses; --no-field-expiry omits {Them(note.Count)}",
    };

    private static string TypeOnRedis(ConversionNote note) => note.Subject == "sortedint" ? "sorted set" : "string";

    /// <summary>Returns the name of the type that a note is about, with the word "type".</summary>
    public static string TypeOf(ConversionNote note) => KeyExamples.TypeOf(note.Subject);

    /// <summary>Returns the count of a note, with the name of what it counts.</summary>
    public static string Count(ConversionNote note, string thing) => ReportText.Count(note.Count, thing);

    /// <summary>Returns the examples of a note, after a colon; nothing if there are none.</summary>
    public static string Examples(ConversionNote note) => KeyExamples.Of(note.Examples, note.Count);
}
