using System.Text;
using System.Text.Json;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Tests.Output;

/// <summary>Findings as JSON.</summary>
public sealed class FindingJsonTests
{
    private static readonly string[] Numbers = ["firstSequence", "lastSequence", "expected", "found", "missing"];

    private static string Line(Finding finding, string? file = null)
    {
        using var stream = new MemoryStream();
        var output = new ByteWriter(stream);
        FindingJson.WriteLine(output, finding, file);
        output.Flush();
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string[] Members(string line) =>
        [.. JsonDocument.Parse(line).RootElement.EnumerateObject().Select(member => member.Name)];

    [Fact]
    public void A_line_has_the_members_that_have_a_value()
    {
        string line = Line(new Finding { Kind = FindingKind.ChecksumMismatch, File = "a.log", Offset = 7, Bytes = 3, Detail = "why" });
        Assert.StartsWith(
            "{\"kind\":\"finding\",\"finding\":\"checksumMismatch\",\"severity\":\"damage\",\"file\":\"a.log\",\"offset\":7,\"bytes\":3,"
            + "\"reason\":\"checksum mismatch\",\"detail\":\"why\",\"rocksdb\":\"",
            line);
        Assert.EndsWith("}\n", line);
        Assert.Equal(["kind", "finding", "severity", "file", "offset", "bytes", "reason", "detail", "rocksdb", "advice"], Members(line));
    }

    [Fact]
    public void A_finding_about_a_file_has_no_offset() => Assert.Equal(
        ["kind", "finding", "severity", "file", "bytes", "reason"],
        Members(Line(new Finding { Kind = FindingKind.NoRegularFile, File = "a.log", Reason = "no file" })));

    [Fact]
    public void A_sequence_finding_has_its_numbers()
    {
        var gap = new SequenceFinding
        {
            Kind = FindingKind.SequenceGap,
            FirstSequence = 5,
            LastSequence = 9,
            Expected = 5,
            Found = 10,
            Next = 11,
            Highest = 5,
            Wal = new WalFile("a.log"),
        };
        JsonElement json = JsonDocument.Parse(Line(gap, "b.log")).RootElement;
        Assert.Equal("b.log", json.GetProperty("file").GetString());
        Assert.Equal("loss", json.GetProperty("severity").GetString());
        Assert.Equal(
            [5, 9, 5, 10, 5],
            from name in Numbers
            select json.GetProperty(name).GetInt32());
    }

    [Fact]
    public void A_document_has_one_array()
    {
        using var stream = new MemoryStream();
        JsonStyle.WriteDocument(
            stream, json => FindingJson.WriteArray(json, [new Finding { Kind = FindingKind.ChecksumMismatch, LooksStale = true }]));
        JsonElement finding = JsonDocument.Parse(stream.ToArray()).RootElement.GetProperty("findings")[0];
        Assert.Equal("note", finding.GetProperty("severity").GetString());
        Assert.True(finding.GetProperty("looksStale").GetBoolean());
    }
}
