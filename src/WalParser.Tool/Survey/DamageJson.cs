using WalParser.Tool.Output;

namespace WalParser.Tool.Survey;

/// <summary>Writes damage in the JSON lines of <c>dump</c> and <c>transactions</c>.</summary>
internal static class DamageJson
{
    /// <summary>Writes the last members of an object, the end of the object and a line feed.</summary>
    public static void WriteEnd(ByteWriter output, Damage damage)
    {
        output.Write(",\"offset\":"u8);
        output.WriteNumber(damage.Offset);
        output.Write(",\"bytes\":"u8);
        output.WriteNumber(damage.Bytes);
        output.Write(",\"reason\":"u8);
        output.WriteJsonString(damage.Reason);
        output.Write("}\n"u8);
    }
}
