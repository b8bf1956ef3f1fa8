using WalParser.Kvrocks.Comparison;
using WalParser.Tool.Commands;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Compare;

/// <summary>Writes the differences for people: a line for each key, and one for each part of it that differs.</summary>
internal sealed class CompareText(ByteWriter output, string server) : ICompareWriter
{
    private const int KindWidth = 10;
    private const int TypeWidth = 11;

    public void Write(KeyDifference difference)
    {
        string kind = difference.Kind switch
        {
            KeyDifferenceKind.Missing => "missing",
            KeyDifferenceKind.Extra => "extra",
            _ => "different",
        };
        output.Write(kind.PadRight(KindWidth) + ShownText.OfName(difference.Type).PadRight(TypeWidth) + " ");
        ShownBytes.Write(output, difference.Key.Span);
        if (!difference.Namespace.Span.SequenceEqual(NamespaceDatabases.Default) && !difference.Namespace.IsEmpty)
        {
            output.Write("  in the namespace "u8);
            ShownBytes.Write(output, difference.Namespace.Span);
        }

        output.Write("\n"u8);
        foreach (PartDifference part in difference.Parts)
        {
            Write(part);
        }

        if (difference.HasMore)
        {
            output.Write("  ... the rest of this key was not compared\n"u8);
        }

        output.Flush();
    }

    public void WriteResult(ComparisonResult result, IReadOnlyList<Uncompared> uncompared)
    {
        foreach (Uncompared entry in uncompared)
        {
            output.Write($"not compared: {UncomparedText.Of(entry)}\n");
        }

        long looked = result.DoneCount - result.SkippedCount;
        output.Write($"compared {Count(looked, "key", "keys")} with {ShownText.Of(server)}: {Grouped(result.EqualCount)} equal");
        output.Write($", {Grouped(result.DifferentCount)} different, {Grouped(result.MissingCount)} missing on the server");
        string atMost = result.IsExtraCountUncertain ? "at most " : "";
        output.Write(result.IsComplete ? $", {atMost}{Grouped(result.ExtraCount)} only there" : "");
        WriteIfAny(uncompared.Where(entry => entry.Reason != UncomparedReason.OtherNamespace).Sum(entry => entry.Count), "not compared");
        WriteIfAny(result.ExpiredCount, "expired");
        WriteIfAny(result.SkippedCount, "before --after skipped");
        output.Write("\n"u8);
    }

    private void WriteIfAny(long count, string what)
    {
        if (count > 0)
        {
            output.Write($", {Grouped(count)} {what}");
        }
    }

    private void Write(PartDifference part)
    {
        output.Write($"  {Words(part.Part.ToString())}");
        if (!part.Name.IsEmpty)
        {
            output.Write(" "u8);
            ShownBytes.Write(output, part.Name.Span);
        }

        if (part.Group is { } group)
        {
            output.Write(" of the group "u8);
            ShownBytes.Write(output, group.Span);
        }

        output.Write(": "u8);
        Write(part.Logs);
        output.Write(" in the logs, "u8);
        Write(part.Server);
        output.Write(" on the server\n"u8);
    }

    private void Write(ComparedValue? value)
    {
        if (value is null)
        {
            output.Write("none"u8);
            return;
        }

        if (value.Length == 0)
        {
            output.Write("(empty)"u8);
            return;
        }

        ShownBytes.Write(output, value.Bytes.Span);
        if (value.Bytes.Length < value.Length)
        {
            output.Write($" (from byte {Grouped(value.Offset)} of {Grouped(value.Length)})");
        }
    }
}
