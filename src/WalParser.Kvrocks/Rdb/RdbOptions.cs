namespace WalParser.Kvrocks.Rdb;

/// <summary>The options of <see cref="RdbFile.Write"/>.</summary>
public sealed class RdbOptions
{
    /// <summary>
    /// The version of the file, from <see cref="RdbFile.LowestVersion"/> to <see cref="RdbFile.HighestVersion"/>; null for the lowest that
    /// has all that the keys have.
    /// </summary>
    public int? Version { get; init; }

    /// <summary>The time at which fields of hashes that have expired are left out; they all stay if it is not set.</summary>
    public DateTimeOffset Now { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Whether the logs show the database from its beginning without a gap, so that every element is known: a key whose metadata counts
    /// more is one that the server has miscounted (<see cref="RdbNoteKind.Miscounted"/>), not an incomplete one.
    /// </summary>
    public bool IsLogWhole { get; init; }
}
