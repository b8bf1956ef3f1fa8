using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WalParser.Findings;

/// <summary>
/// Something that is wrong with a log, a batch, a MANIFEST or a database, or worth knowing about it. Every layer reports findings in this
/// one shape. Immutable, so any number of threads can use a finding.
/// </summary>
public record Finding
{
    /// <summary>What was found.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>What the finding means for the data.</summary>
    public FindingSeverity Severity => LooksStale ? FindingSeverity.Note : FindingTable.Of(Kind).Severity;

    /// <summary>
    /// The file that the finding is about: the name that was given to the reader, or a path relative to the database's folder. Null if the
    /// reporting layer does not know the file.
    /// </summary>
    public string? File { get; init; }

    /// <summary>
    /// The offset of the place, in bytes; 0 if the finding is about a file as a whole. It counts from the start of what the layer reads:
    /// the file for a log or a MANIFEST (the fragment at fault, or the start of the record whose collected part is lost), the record for a
    /// write batch or a version edit (the tag at fault).
    /// </summary>
    public long Offset { get; init; }

    /// <summary>
    /// The number of bytes that are lost to the reader, as RocksDB counts dropped bytes: by kind, the rest of the block, the payload of the
    /// fragment, the collected part of the record, or the rest of the batch or edit. In a log that is read while it is written, the rest of
    /// a block is what was there at that time. 0 if nothing is lost.
    /// </summary>
    public long Bytes { get; init; }

    /// <summary>The reason, in RocksDB's words where RocksDB has some.</summary>
    [AllowNull]
    public virtual string Reason
    {
        get => field ?? FindingTable.Of(Kind).Reason;
        init;
    }

    /// <summary>
    /// Details that <see cref="Reason"/> does not contain; null if there are none. For example the compression type that a log declares and
    /// RocksDB does not define, or the reason of the decompressor for a fragment that cannot be decompressed.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>The lowest sequence number that the finding is about; null if none is known.</summary>
    public ulong? FirstSequence { get; init; }

    /// <summary>The highest sequence number that the finding is about; null if none is known.</summary>
    public ulong? LastSequence { get; init; }

    /// <summary>
    /// What RocksDB does where it finds this; null if RocksDB never reads it, or if that depends on what follows. A clause whose subject is
    /// RocksDB, such as "refuses to open the database".
    /// </summary>
    public string? RocksDbBehavior => FindingTable.Of(Kind).RocksDbBehavior;

    /// <summary>
    /// What a person can do next; null if there is nothing to do. A clause in the imperative. It names commands and options of the tool;
    /// the library has the same under <see cref="Salvage.LogSalvage"/>, <see cref="Manifests.ManifestReader"/>,
    /// <see cref="Recovery.RecoveryReader"/>, <see cref="Transactions.TransactionAssembler"/> and <see cref="WalSets.WalSet"/>.
    /// </summary>
    public string? Advice
    {
        get => field ?? FindingTable.Of(Kind).Advice;
        internal init;
    }

    /// <summary>
    /// Whether the bytes may be left over from an earlier use of a recycled log: the log is recycled, and the fragment at fault does not
    /// carry the log's number. RocksDB reports the first such place as damage; it is the ordinary end of a recycled log if no record
    /// follows.
    /// </summary>
    public bool LooksStale { get; init; }

    /// <summary>
    /// Whether RocksDB's own reader does not report the finding: it loops forever, reports nothing, or does not have such a limit. RocksDB
    /// reports every other finding about a log in the same recovery mode.
    /// </summary>
    public bool IsBeyondRocksDb => FindingTable.Of(Kind).Traits.HasFlag(FindingTraits.BeyondRocksDb);

    /// <summary>
    /// Whether the finding is of a kind that concerns a database's MANIFEST or the file <c>CURRENT</c> that names it. This includes
    /// <see cref="FindingKind.Unreadable"/>, which is also the kind for a WAL or a folder that cannot be read; see <see cref="File"/>.
    /// </summary>
    public bool IsAboutManifest => FindingTable.Of(Kind).Traits.HasFlag(FindingTraits.AboutManifest);

    /// <summary>
    /// Whether the finding is about <see cref="File"/> as a whole, or about a file that is missing. <see cref="Offset"/> is then 0 and says
    /// nothing. What RocksDB does with a database, such as a refusal to open it, is about a file unless the finding has an offset.
    /// </summary>
    public bool IsAboutFile => Offset == 0 && FindingTable.Of(Kind).Traits.HasFlag(FindingTraits.AboutFile);

    /// <summary>
    /// Returns one line for people: the file, the offset, the reason with its details, and the number of dropped bytes, as far as known.
    /// For example <c>000010.log, offset 32819: checksum mismatch (32717 bytes dropped)</c>.
    /// </summary>
    public sealed override string ToString()
    {
        string offset = IsAboutFile ? "" : string.Create(CultureInfo.InvariantCulture, $"offset {Offset}");
        string place = File is null || offset.Length == 0 ? File + offset : $"{File}, {offset}";
        string detail = Detail is null ? "" : ", " + Detail;
        string stale = LooksStale ? ", perhaps left over from the recycled log's earlier use" : "";
        string unit = Bytes == 1 ? "byte" : "bytes";
        string dropped = Bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({Bytes} {unit} dropped)");
        return $"{place}{(place.Length == 0 ? "" : ": ")}{Reason}{detail}{stale}{dropped}";
    }
}
