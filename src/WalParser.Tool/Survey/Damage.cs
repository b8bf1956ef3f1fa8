using System.Globalization;

namespace WalParser.Tool.Survey;

/// <summary>A place in a log that is not as it was written.</summary>
/// <param name="Offset">Offset in the file, in bytes.</param>
/// <param name="Bytes">How many bytes were dropped.</param>
/// <param name="Reason">Why, in RocksDB's words where it has any.</param>
/// <param name="Note">What those leave unsaid, if there is anything.</param>
internal readonly record struct Damage(long Offset, long Bytes, string Reason, string? Note = null)
{
    /// <summary>For people, without the file.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"offset {Offset:N0}: {Reason}{(Note is null ? "" : ", " + Note)} ({Bytes:N0} {(Bytes == 1 ? "byte" : "bytes")} dropped)");
}
