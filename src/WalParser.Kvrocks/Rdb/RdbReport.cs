namespace WalParser.Kvrocks.Rdb;

/// <summary>What <see cref="RdbFile.Write"/> has written.</summary>
public sealed class RdbReport
{
    internal RdbReport(int version, long keyCount, IReadOnlyList<RdbNote> notes)
    {
        Version = version;
        KeyCount = keyCount;
        Notes = notes;
    }

    /// <summary>The version of the file.</summary>
    public int Version { get; }

    /// <summary>The number of keys in the file.</summary>
    public long KeyCount { get; }

    /// <summary>What the file does not express as the dataset has it.</summary>
    public IReadOnlyList<RdbNote> Notes { get; }
}
