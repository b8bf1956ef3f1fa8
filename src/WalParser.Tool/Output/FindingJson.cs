using WalParser.Findings;

namespace WalParser.Tool.Output;

/// <summary>Writes findings in the JSON lines of <c>dump</c> and <c>transactions</c>.</summary>
internal static class FindingJson
{
    /// <summary>Writes the last members of an object, the end of the object and a line feed.</summary>
    public static void WriteEnd(ByteWriter output, Finding finding)
    {
        output.Write(",\"offset\":"u8);
        output.WriteNumber(finding.Offset);
        output.Write(",\"bytes\":"u8);
        output.WriteNumber(finding.Bytes);
        output.Write(",\"reason\":"u8);
        output.WriteJsonString(finding.Reason);
        output.Write("}\n"u8);
    }
}
