using System.Text.Json;
using WalParser.Findings;
using WalParser.Salvage;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;

namespace WalParser.Tool.Salvage;

/// <summary>Writes the report of <c>salvage</c> for programs: one JSON document.</summary>
internal static class SalvageJson
{
    public static void Write(SalvageReport report, IReadOnlyList<InputFailure> failures, Stream output) =>
        JsonStyle.WriteDocument(output, json => WriteReport(json, report, failures));

    private static void WriteReport(Utf8JsonWriter json, SalvageReport report, IReadOnlyList<InputFailure> failures)
    {
        json.WriteStartArray("logs");
        foreach (SalvagedLog log in report.Logs)
        {
            WriteLog(json, log);
        }

        json.WriteEndArray();
        json.WriteBreaks(report.SequenceFindings);
        json.WriteProblems(report.Findings);
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
        json.WriteNumber("staleBytes", log.StaleBytes);
        json.WriteNumber("otherBytes", log.OtherBytes);
        json.WriteNumber("lossCount", log.LossCount);
        json.WriteStartArray("losses");
        foreach (Finding loss in log.Losses)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", loss.Offset);
            json.WriteNumber("bytes", loss.Bytes);
            json.WriteString("reason", FindingText.ReasonOf(loss));
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
}
