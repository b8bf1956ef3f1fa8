using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Replay;
using WalParser.Tool.Output;
using WalParser.Tool.Servers;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Replay;

/// <summary>
/// Reports the result of a replay: what was sent and the last applied sequence number on standard output, and refused commands on standard
/// error.
/// </summary>
internal sealed class ReplayReport(ToolConsole console, ReplayOptions options, RefusedFile refused)
{
    /// <summary>The number of arguments of a refused command that are shown: its name, its key and a little more.</summary>
    private const int ShownArguments = 4;
    private const int ShownLength = 64;

    /// <summary>Writes the last lines of a replay that has sent nothing.</summary>
    public static void WriteNothing(ToolConsole console, ulong last)
    {
        var output = new ByteWriter(console.Output);
        Write(output, $"sent nothing\nlast applied sequence {last}\n");
        output.Flush();
    }

    /// <summary>Writes what would be sent.</summary>
    public void WriteDry(ReplayResult result)
    {
        var output = new ByteWriter(console.Output);
        Write(output, $"would send {Sent(result)}\n");
        foreach ((string name, long count) in result.CommandCounts
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Write(output, $"{count,12:N0}  {name}\n");
        }

        output.Flush();
    }

    /// <summary>Writes what was sent, and the result.</summary>
    public void Write(ReplayResult result)
    {
        foreach (ReplayRefusal refusal in result.Refusals)
        {
            console.Say(
                $"sequence number {Number(refusal.Command.Sequence)}: refused: {Shown(refusal)}: "
                + ServerWords.WithoutArguments(refusal.Message));
        }

        if (result.RefusalCount > result.Refusals.Count)
        {
            long more = result.RefusalCount - result.Refusals.Count;
            console.Say($"{Count(more, "more command", "more commands")} {(more == 1 ? "was" : "were")} refused");
        }

        if (refused.ConsequenceCount > 0)
        {
            console.Say(
                $"{Count(refused.ConsequenceCount, "other command")} of the same "
                + $"{(refused.ConsequenceCount == 1 ? "transaction was" : "transactions were")} not executed because of that");
        }

        if (result.UnconfirmedCount > 0)
        {
            console.Say(
                $"the state of {Count(result.UnconfirmedCount, "key")} cannot be confirmed, because these logs do not contain "
                + (result.UnconfirmedCount == 1 ? "it, or not all of its elements" : "them, or not all of their elements")
                + ": compare with the server that wrote the logs");
        }

        if (refused.Path is { } path)
        {
            console.Say($"the list is in {path}");
        }

        if (result.RefusalCount > 0)
        {
            SayWhatNow(result);
        }

        if (result.UnansweredFrom is { } unanswered)
        {
            console.Say(
                $"from sequence number {Number(unanswered)} on, it is not known which commands were executed: {WhatNow(unanswered)}");
        }

        var output = new ByteWriter(console.Output);
        if (result.HealedCount > 0)
        {
            Write(output, $"brought {Count(result.HealedCount, "key")} to the state at sequence number {result.HealedSequence}\n");
        }

        Write(output, $"sent {Sent(result)}\n");
        Write(output, $"last applied sequence {result.LastSequence}\n");
        output.Flush();
    }

    /// <summary>Says what to do after a gap was passed.</summary>
    public void SayWhatNowAfterGap(ReplayResult result) => console.Say(
        options.CheckpointKey is not null
            ? "the last applied sequence number stays before the first gap: when what is missing can be read again (walparser salvage), the "
                + "same command on those logs brings the keys of these and of all later batches to their state"
            : $"the last applied sequence number stays before the first gap; after the end of these logs, continue with --from-sequence "
                + $"{Number(result.ExecutedSequence + 1)}");

    private void SayWhatNow(ReplayResult result)
    {
        if (result.UnderWayFrom is { } first && !options.KeepGoing)
        {
            console.Say(
                $"stopped; sequence numbers {Number(first)} to {Number(result.UnderWayTo)} were under way, and the server executed "
                + (result.UnderWayRefusalCount > 0 ? "what it did not refuse of them " : "them ")
                + "(--window 1 sends nothing after a refused command)");
        }
        else if (!options.KeepGoing && result.UnansweredFrom is null)
        {
            console.Say("stopped; nothing was executed after the refused command");
        }

        if (options.CheckpointKey is not null)
        {
            string continues = options.KeepGoing ? "" : ", and continues";
            console.Say($"mend the cause, and run the same command again: it brings what was refused{continues}");
        }
        else if (options.IsRaw || result.ExecutedSequence == result.LastSequence)
        {
            console.Say($"mend the cause, and continue with --from-sequence {Number(result.LastSequence + 1)}");
        }
        else
        {
            console.Say(
                $"mend the cause; then bring what was refused by --only {refused.Path} --to-sequence {Number(result.ExecutedSequence)}, "
                + $"and continue with --from-sequence {Number(result.ExecutedSequence + 1)}");
        }
    }

    private string WhatNow(ulong unanswered) =>
        options.CheckpointKey is not null ? "the checkpoint contains it, so run the same command again"
        : options.IsRaw ? string.Create(CultureInfo.InvariantCulture,
            $"continue with --from-sequence {unanswered}; a batch that is sent twice does no harm")
        : "check the server before you continue, because commands must not be executed twice; --checkpoint avoids this";

    private static string Number(ulong? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Sent(ReplayResult result)
    {
        long commands = result.CommandCounts.Values.Sum();
        return result.FirstSent is { } first
            ? $"{Count(commands, "command")} for {Count(result.BatchCount, "batch", "batches")}, sequence numbers "
                + Range(first, result.LastSent)
            : commands > 0 ? $"{Count(commands, "command")} for no batch"
            : "nothing";
    }

    private static string Shown(ReplayRefusal refusal)
    {
        var text = new StringBuilder();
        ReadOnlySpan<ReadOnlyMemory<byte>> arguments = refusal.Command.Arguments.Span;
        foreach (ReadOnlyMemory<byte> argument in arguments[..Math.Min(arguments.Length, ShownArguments)])
        {
            ReadOnlySpan<byte> shown = ByteText.Shorten(argument.Span, ShownLength);
            shown = ByteText.IsText(shown) ? shown : argument.Span[..Math.Min(argument.Length, ShownLength / 2)];
            text.Append(text.Length == 0 ? "" : " ");
            text.Append(ByteText.IsText(shown) ? Encoding.UTF8.GetString(shown) : ByteText.HexPrefix + Convert.ToHexStringLower(shown));
            text.Append(shown.Length < argument.Length ? "..." : "");
        }

        return text.Append(arguments.Length > ShownArguments ? " ..." : "").ToString();
    }

    private static void Write(ByteWriter output, FormattableString text) =>
        output.Write(Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture)));
}
