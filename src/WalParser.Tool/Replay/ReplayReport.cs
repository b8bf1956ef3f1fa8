using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Replay;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replay;

/// <summary>
/// Reports the result of a replay: what was sent and the last applied sequence number on standard output, and refused commands on standard
/// error.
/// </summary>
internal sealed class ReplayReport(ToolConsole console, bool hasCheckpoint, bool isRaw)
{
    /// <summary>The number of arguments of a refused command that are shown: its name, its key and a little more.</summary>
    private const int ShownArguments = 4;
    private const int ShownLength = 64;

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
    public void Write(ReplayResult result, bool isStoppedByRefusal)
    {
        foreach (ReplayRefusal refusal in result.Refusals)
        {
            console.Say(string.Create(CultureInfo.InvariantCulture,
                $"sequence number {refusal.Command.Sequence}: refused: {Shown(refusal)}: {refusal.Message}"));
        }

        if (result.RefusalCount > result.Refusals.Count)
        {
            console.Say(string.Create(CultureInfo.InvariantCulture,
                $"{result.RefusalCount - result.Refusals.Count:N0} more commands were refused"));
        }

        if (isStoppedByRefusal)
        {
            console.Say(
                "stopped; commands that were sent after the refused one were executed up to the last applied sequence number below "
                + "(--window 1 sends nothing after it, --keep-going continues)");
        }

        if (result.UnansweredFrom is { } unanswered)
        {
            console.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"from sequence number {unanswered} on, it is not known which commands were executed: {WhatNow(unanswered)}"));
        }

        var output = new ByteWriter(console.Output);
        Write(output, $"sent {Sent(result)}\n");
        Write(output, $"last applied sequence {result.LastSequence}\n");
        output.Flush();
    }

    private string WhatNow(ulong unanswered) =>
        hasCheckpoint ? "the checkpoint contains it, so run the same command again"
        : isRaw ? string.Create(CultureInfo.InvariantCulture,
            $"continue with --from-sequence {unanswered}; a batch that is sent twice does no harm")
        : "check the server before you continue, because commands must not be executed twice; --checkpoint avoids this";

    private static string Sent(ReplayResult result)
    {
        long commands = result.CommandCounts.Values.Sum();
        return result.FirstSent is { } first
            ? string.Create(CultureInfo.InvariantCulture,
                $"{commands:N0} {(commands == 1 ? "command" : "commands")} for {result.BatchCount:N0} "
                + $"{(result.BatchCount == 1 ? "batch" : "batches")}, sequence numbers {first:N0} to {result.LastSent:N0}")
            : commands > 0 ? string.Create(CultureInfo.InvariantCulture,
                $"{commands:N0} {(commands == 1 ? "command" : "commands")} for no batch")
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
