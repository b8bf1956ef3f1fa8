using System.Text.Json;
using WalParser.Databases;
using WalParser.WalSets;

namespace WalParser.Tool.Output;

/// <summary>Writes what is wrong between the WALs of a database, in the form that the JSON reports of all commands share.</summary>
internal static class JsonFindings
{
    /// <summary>Writes the array <c>breaks</c>: the batches whose sequence numbers do not continue those before them.</summary>
    public static void WriteBreaks(this Utf8JsonWriter json, IReadOnlyList<SequenceBreak> breaks)
    {
        json.WriteStartArray("breaks");
        foreach (SequenceBreak found in breaks)
        {
            json.WriteStartObject();
            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(found.Kind.ToString()));
            json.WriteString("file", found.File.Name);
            json.WriteNumber("offset", found.Offset);
            json.WriteNumber("expected", found.Expected);
            json.WriteNumber("found", found.Found);
            json.WriteNumber("missing", found.Missing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the array <c>problems</c>.</summary>
    public static void WriteProblems(this Utf8JsonWriter json, IReadOnlyList<DatabaseProblem> problems)
    {
        json.WriteStartArray("problems");
        foreach (DatabaseProblem problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(problem.Kind.ToString()));
            json.WriteString("file", problem.File);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
