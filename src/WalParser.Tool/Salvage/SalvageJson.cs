using System.Text.Json;
using WalParser.Findings;
using WalParser.Salvage;
using WalParser.Tool.Inputs;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;

namespace WalParser.Tool.Salvage;

/// <summary>Writes the report of <c>salvage</c> for programs: one JSON document.</summary>
internal static class SalvageJson
{
    /// <param name="report">The report.</param>
    /// <param name="inspection">The findings about the logs; null if they can be read only once, so that the report has to do.</param>
    /// <param name="families">The names of the column families.</param>
    /// <param name="isDryRun">Whether nothing was written.</param>
    /// <param name="failures">The paths that could not be read.</param>
    /// <param name="output">The output.</param>
    public static void Write(
        SalvageReport report,
        InspectionRun? inspection,
        FamilyNames families,
        bool isDryRun,
        IReadOnlyList<InputFailure> failures,
        Stream output) =>
        JsonStyle.WriteDocument(output, json => WriteReport(json, report, inspection, families, isDryRun, failures));

    private static void WriteReport(
        Utf8JsonWriter json,
        SalvageReport report,
        InspectionRun? inspection,
        FamilyNames families,
        bool isDryRun,
        IReadOnlyList<InputFailure> failures)
    {
        json.WriteBoolean("dryRun", isDryRun);
        json.WriteStartArray("logs");
        foreach (SalvagedLog log in report.Logs)
        {
            WriteLog(json, log);
        }

        json.WriteEndArray();
        FindingJson.WriteArray(json, inspection?.AllFindings ?? report.Findings.Concat(report.SequenceFindings));
        json.WriteNumber("holeCount", report.HoleCount);
        json.WriteStartArray("holes");
        foreach (SalvageHole hole in Holes.Of(report, inspection))
        {
            json.WriteStartObject();
            json.WriteIfAny("missing", hole.MissingSequences);
            WriteEdge(json, "before", hole.Before, families);
            WriteEdge(json, "after", hole.After, families);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        InputFailure.WriteAll(json, failures);
    }

    private static void WriteLog(Utf8JsonWriter json, SalvagedLog log)
    {
        json.WriteStartObject();
        json.WriteString("file", log.Source.Name);
        json.WriteIfAny("logNumber", log.Source.LogNumber);
        if (log.OutputPath is not null)
        {
            json.WriteString("output", log.OutputPath);
        }

        if (log.Failure is not null)
        {
            json.WriteString("failure", log.Failure);
        }

        json.WriteNumber("records", log.Records);
        json.WriteNumber("recoveredRecords", log.RecoveredRecords);
        json.WriteNumber("doubtfulRecords", log.DoubtfulRecords);
        json.WriteNumber("size", log.Size);
        json.WriteNumber("recordBytes", log.RecordBytes);
        json.WriteNumber("lostBytes", log.LostBytes);
        json.WriteNumber("leftOutBytes", log.LeftOutBytes);
        json.WriteNumber("staleBytes", log.StaleBytes);
        json.WriteNumber("otherBytes", log.OtherBytes);
        json.WriteNumber("lossCount", log.LossCount);
        WriteFindings(json, "losses", log.Losses);
        json.WriteNumber("mendedCount", log.MendedCount);
        WriteFindings(json, "mended", log.Mended);
        json.WriteNumber("leftOutRecords", log.LeftOutRecords);
        json.WriteNumber("repeatedRecords", log.RepeatedRecords);
        WriteFindings(json, "leftOut", log.LeftOut);
        if (log.LeftOutPath is not null)
        {
            json.WriteString("leftOutOutput", log.LeftOutPath);
        }

        if (log.NotWritten is { } finding)
        {
            json.WriteString("notWritten", FindingText.ReasonOf(finding));
        }

        json.WriteStartArray("stale");
        foreach (StaleLog stale in log.Stale)
        {
            json.WriteStartObject();
            json.WriteNumber("logNumber", stale.LogNumber);
            json.WriteString("output", stale.OutputPath);
            json.WriteNumber("records", stale.Records);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("staleRecordsLeftOut", log.StaleRecordsLeftOut);
        json.WriteEndObject();
    }

    private static void WriteFindings(Utf8JsonWriter json, string name, IReadOnlyList<Finding> findings)
    {
        json.WriteStartArray(name);
        foreach (Finding finding in findings)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", finding.Offset);
            json.WriteNumber("bytes", finding.Bytes);
            json.WriteIfAny("firstSequence", finding.FirstSequence);
            json.WriteIfAny("lastSequence", finding.LastSequence);
            json.WriteString("reason", FindingText.ReasonOf(finding));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEdge(Utf8JsonWriter json, string name, SalvageEdge? edge, FamilyNames families)
    {
        if (edge is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("file", edge.File);
        json.WriteNumber("offset", edge.Offset);
        json.WriteNumber("firstSequence", edge.FirstSequence);
        json.WriteNumber("nextSequence", edge.NextSequence);
        json.WriteStartArray("columnFamilies");
        foreach (uint family in edge.ColumnFamilies)
        {
            json.WriteNumberValue(family);
        }

        json.WriteEndArray();
        if (edge.ColumnFamily is { } ofKey)
        {
            json.WriteNumber("columnFamily", ofKey);
            if (families.NameOf(ofKey) is { } familyName)
            {
                json.WriteString("columnFamilyName", familyName);
            }

            json.WriteBytes("key", edge.Key.Span);
            json.WriteNumber("keyLength", edge.KeyLength);
            if (KvrocksName.Of(edge, families) is { } named)
            {
                json.WriteBytes("namespace", named.Namespace);
                json.WriteBytes("userKey", named.Key);
            }
        }

        json.WriteEndObject();
    }
}
