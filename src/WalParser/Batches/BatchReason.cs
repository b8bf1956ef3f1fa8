using System.Globalization;
using WalParser.Findings;

namespace WalParser.Batches;

/// <summary>The reasons of damage to a write batch that depend on the tag, in RocksDB's words (<c>db/write_batch.cc</c>).</summary>
internal static class BatchReason
{
    /// <summary>Returns the reason for a finding at a tag; null if it does not depend on the tag.</summary>
    public static string? Of(FindingKind kind, BatchTag tag) => kind switch
    {
        FindingKind.UnknownBatchTag => string.Create(CultureInfo.InvariantCulture, $"unknown WriteBatch tag: {(byte)tag}"),
        FindingKind.BadBatchOperation => BatchTagTraits.Of(tag).Damage,
        _ => null,
    };

    /// <summary>Returns the details of a wrong count: the number of operations in the header, and the number that was found.</summary>
    public static string Counts(uint inHeader, uint found) =>
        string.Create(CultureInfo.InvariantCulture, $"{inHeader} in its header, {found} found");
}
