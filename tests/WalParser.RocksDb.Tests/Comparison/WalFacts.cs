using System.Buffers.Binary;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>Facts about the WALs of a folder that affect recovery, wherever they occur. They distinguish the known mismatches.</summary>
internal sealed class WalFacts
{
    private const int BlockSize = 32768;
    private const int HeaderSize = 7;
    private const int LengthOffset = 4;
    private const int TypeOffset = 6;

    /// <summary>The number of empty range deletions.</summary>
    public int EmptyRanges { get; private set; }

    /// <summary>Whether a range deletion ends before it begins.</summary>
    public bool HasReversedRange { get; private set; }

    /// <summary>Whether there is a prepared section.</summary>
    public bool HasPreparedSection { get; private set; }

    /// <summary>The number of commits and rollbacks of transactions.</summary>
    public int EndMarks { get; private set; }

    /// <summary>
    /// The keys, with their column families, that occur in batches with the mark of a rollback. The rollback wrote the previous values back
    /// under these keys.
    /// </summary>
    public HashSet<(uint Family, string Key)> UndoneKeys { get; } = [];

    /// <summary>The keys, with their column families, that were written by transactions before they were prepared.</summary>
    public HashSet<(uint Family, string Key)> UnpreparedKeys { get; } = [];

    /// <summary>Whether there is a fragment of a recyclable type at a place where RocksDB reads it again without end.</summary>
    public bool HasEndlessFragment { get; private set; }

    /// <summary>Whether there is a fragment of one of the types that RocksDB's reader also uses as internal codes.</summary>
    public bool HasCollidingType { get; private set; }

    /// <summary>Whether there is damage.</summary>
    public bool HasDamage { get; private set; }

    /// <summary>Whether OPTIONS contains <c>allow_2pc=true</c>.</summary>
    public bool AllowsTwoPhaseCommit { get; private set; }

    /// <summary>Whether OPTIONS contains <c>paranoid_checks=true</c>.</summary>
    public bool IsParanoid { get; private set; }

    /// <summary>Reads all WALs of a folder and its newest OPTIONS.</summary>
    public static async Task<WalFacts> ReadAsync(string folder)
    {
        var facts = new WalFacts();
        facts.ProcessOptions(folder);
        foreach (string path in Directory.EnumerateFiles(folder, "*.log"))
        {
            facts.ProcessTypes(File.ReadAllBytes(path));
        }

        WalSet set = await WalSet.OpenAsync(folder, new WalSetOptions { Mode = WalRecoveryMode.SkipAnyCorruptedRecords });
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    facts.ProcessBatch(reader.Batch);
                    break;
                case WalSetEntryKind.LogFinding:
                    facts.HasDamage = true;
                    facts.HasEndlessFragment |= reader.Finding.Kind == FindingKind.UnexpectedRecyclableRecord;
                    break;
            }
        }

        return facts;
    }

    private void ProcessBatch(WriteBatch batch)
    {
        List<(uint Family, string Key)> keys = [];
        bool isRollback = false;
        bool isUnprepared = false;
        foreach (WriteBatchOperation operation in batch)
        {
            isRollback |= operation.Type == OperationType.Rollback;
            EndMarks += operation.Type is OperationType.Commit or OperationType.CommitWithTimestamp or OperationType.Rollback ? 1 : 0;
            isUnprepared |= operation.IsUnprepared;
            if (operation.HasKey)
            {
                keys.Add((operation.ColumnFamily, Convert.ToHexString(operation.Key)));
            }

            HasPreparedSection |= operation.Type == OperationType.BeginPrepare;
            if (operation.Type == OperationType.DeleteRange)
            {
                int order = operation.Key.SequenceCompareTo(operation.EndKey);
                EmptyRanges += order == 0 ? 1 : 0;
                HasReversedRange |= order > 0;
            }
        }

        if (isRollback)
        {
            UndoneKeys.UnionWith(keys);
        }

        if (isUnprepared)
        {
            UnpreparedKeys.UnionWith(keys);
        }
    }

    /// <summary>Reads the headers of consecutive fragments in each block.</summary>
    private void ProcessTypes(ReadOnlySpan<byte> log)
    {
        for (int block = 0; block < log.Length; block += BlockSize)
        {
            ReadOnlySpan<byte> rest = log[block..Math.Min(log.Length, block + BlockSize)];
            while (rest.Length >= HeaderSize)
            {
                HasCollidingType |= rest[TypeOffset] is >= 132 and <= 137;
                int size = HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(rest[LengthOffset..]);
                rest = rest[Math.Min(size, rest.Length)..];
            }
        }
    }

    private void ProcessOptions(string folder)
    {
        string newest = Directory.EnumerateFiles(folder, "OPTIONS-*").Max(StringComparer.Ordinal)!;
        string[] lines = [.. File.ReadLines(newest).Select(line => line.Trim())];
        AllowsTwoPhaseCommit = lines.Contains("allow_2pc=true");
        IsParanoid = lines.Contains("paranoid_checks=true");
    }
}
