using WalParser.Findings;
using WalParser.Manifests;

namespace WalParser.Tests.Manifests;

/// <summary>The state that results from valid and invalid edits.</summary>
public class ManifestStateTests
{
    [Fact]
    public void There_is_always_the_default_column_family()
    {
        ManifestColumnFamily family = Assert.Single(new ManifestState().ColumnFamilies);
        Assert.Equal((0U, "default", false), (family.Id, family.Name, family.IsDropped));
    }

    [Fact]
    public void A_dropped_family_keeps_its_name_and_its_id()
    {
        ManifestState state = Applied(
            Family(1).Number(201).Text("alpha").Number(1).Text("bytewise").Numbers(2, 4),
            Family(1).File(0, 9),
            Family(1).Number(202).Numbers(203, 1),
            Family(2).Number(201).Text("alpha"));
        Assert.Empty(state.Findings);
        Assert.Equal(
            [(0U, "default", false), (1U, "alpha", true), (2U, "alpha", false)],
            state.ColumnFamilies.Select(family => (family.Id, family.Name, family.IsDropped)));
        Assert.True(state.TryGetColumnFamily(1, out ManifestColumnFamily? dropped));
        Assert.Equal((0, "bytewise", 4UL), (dropped.TableFiles.Count, dropped.Comparator, dropped.LogNumber));
        Assert.Equal(2U, state.MaxColumnFamily);
    }

    [Fact]
    public void Files_are_counted_by_level_and_a_move_begins_with_a_deletion()
    {
        ManifestState state = Applied(
            New().File(0, 5, 100).File(0, 6, 200),
            New().Numbers(6, 0, 5).File(6, 5, 100),
            New().Numbers(6, 0, 6).File(1, 7, 50));
        Assert.Empty(state.Findings);
        Assert.Equal([new ManifestLevel(1, 1, 50), new ManifestLevel(6, 1, 100)], state.ColumnFamilies.First().Levels);
    }

    /// <summary>
    /// As in VersionBuilder, a state has no blob files before the oldest linked file, and none that contain only garbage and are not
    /// linked.
    /// </summary>
    [Fact]
    public void Blob_files_are_kept_as_long_as_RocksDB_keeps_them()
    {
        ManifestState state = Applied(
            New().Blob(3, 10).Blob(4, 10).Blob(5, 10).Blob(6, 10).File(0, 9, oldestBlobFile: 4),
            New().Numbers(401, 4, 10, 90, 0).Numbers(401, 5, 4, 40, 0),
            New().Numbers(401, 5, 6, 60, 0));
        Assert.Empty(state.Findings);
        Assert.Equal([4UL, 6UL], state.ColumnFamilies.First().BlobFiles.Select(file => file.Number));
        Assert.Equal(new ManifestBlobFile(4, 10, 100, 10, 90), state.ColumnFamilies.First().BlobFiles[0]);
        state.Apply(Edit(New().Numbers(6, 0, 9)));
        Assert.Empty(state.ColumnFamilies.First().BlobFiles);
    }

    [Fact]
    public void Tracked_WALs_are_added_updated_and_deleted()
    {
        ManifestState state = Applied(
            New().Numbers(8196, 4, 1),
            New().Numbers(8196, 4, 2, 100, 1),
            New().Numbers(8196, 4, 2, 90, 1),
            New().Numbers(8196, 8, 1),
            New().Numbers(8196, 9, 2, 7, 1));
        Assert.Equal([(4UL, (ulong?)100), (8, null), (9, 7)], state.TrackedWals.Select(wal => (wal.Key, wal.Value)));
        state.Apply(Edit(New().Numbers(8197, 8)));
        state.Apply(Edit(New().Numbers(8196, 7, 1)));
        Assert.Equal([8UL, 9UL], state.TrackedWals.Keys);
        Assert.Empty(state.Findings);
    }

    [Fact]
    public void The_last_number_counts_and_log_numbers_do_not_decrease()
    {
        ManifestState state = Applied(
            New().Numbers(2, 5).Numbers(3, 10).Numbers(4, 100).Numbers(9, 0).Numbers(10, 6),
            New().Numbers(2, 4).Numbers(3, 12).Numbers(4, 120).Numbers(10, 5));
        state.Complete(0);
        Assert.Equal(
            (5UL, 12UL, 120UL, 0UL, 6UL),
            (state.LogNumber, state.NextFileNumber, state.LastSequence, state.PreviousLogNumber, state.MinLogNumberToKeep));
        Assert.Equal(5UL, state.ColumnFamilies.First().LogNumber);
        Assert.Empty(state.Findings);
        Assert.Equal(2, state.EditCount);
    }

    [Fact]
    public void An_incomplete_MANIFEST_is_reported()
    {
        ManifestState state = Applied(New().Numbers(3, 10));
        Assert.Null(state.MinLogNumberToKeep);
        state.Complete(50);
        Assert.Equal(
            [
                new Finding
                {
                    Kind = FindingKind.IncompleteManifest,
                    Offset = 50,
                    Reason = "no log_file_number, last_sequence entry in MANIFEST",
                },
            ],
            state.Findings);
    }

    [Fact]
    public void An_atomic_group_counts_when_it_is_complete()
    {
        ManifestState state = Applied(Group(1, 2).Numbers(2, 5), Group(0, 1).Numbers(3, 9));
        Assert.Equal((0L, 2, null), (state.EditCount, state.PendingEditCount, state.LogNumber));
        state.Apply(Edit(Group(0, 0).Numbers(4, 7)));
        Assert.Equal((2L, 0, 9UL), (state.EditCount, state.PendingEditCount, state.NextFileNumber));

        // The first edit is for a column family that does not exist.
        Assert.Equal(FindingKind.UnknownColumnFamily, Assert.Single(state.Findings).Kind);
    }

    [Fact]
    public void An_incomplete_atomic_group_does_not_count()
    {
        ManifestState state = Applied(Group(0, 2).Numbers(2, 5), Group(0, 1).Numbers(2, 6), New().Numbers(3, 9));
        Assert.Equal((1L, 0, null, 9UL), (state.EditCount, state.PendingEditCount, state.LogNumber, state.NextFileNumber));
        Assert.Equal(FindingKind.BrokenAtomicGroup, Assert.Single(state.Findings).Kind);

        // An edit that does not count down begins a new group.
        state = Applied(Group(0, 2).Numbers(2, 5), Group(0, 2).Numbers(2, 6), Group(0, 1), Group(0, 0));
        Assert.Equal((3L, 6UL), (state.EditCount, state.LogNumber));
        Assert.Equal(FindingKind.BrokenAtomicGroup, Assert.Single(state.Findings).Kind);
    }

    [Fact]
    public void The_claimed_size_of_a_group_allocates_nothing()
    {
        ManifestState state = Applied(Group(0, uint.MaxValue), Group(0, uint.MaxValue - 1));
        Assert.Equal((0L, 2), (state.EditCount, state.PendingEditCount));
        Assert.Empty(state.Findings);
        state.Apply(Edit(Group(0, 0)));
        Assert.Equal(1, state.EditCount);
    }

    public static TheoryData<string> Kinds => [.. Bad.Keys.Select(kind => kind.ToString())];

    private static readonly Dictionary<FindingKind, EditBuilder[]> Bad = new()
    {
        [FindingKind.UndecodableEdit] = [New().Numbers(2, 8).Number(8)],
        [FindingKind.BrokenAtomicGroup] = [Group(0, 4), New()],
        [FindingKind.UnknownColumnFamily] = [Family(7).Numbers(2, 8)],
        [FindingKind.ColumnFamilyAddedTwice] =
        [
            Family(1).Number(201).Text("a"), Family(1).Number(202), Family(1).Number(201).Text("b"),
        ],
        [FindingKind.DefaultColumnFamilyDropped] = [New().Number(202)],
        [FindingKind.ComparatorChanged] = [New().Number(1).Text("a"), New().Number(1).Text("b")],
        [FindingKind.TableFileAddedTwice] = [New().File(0, 5), New().File(1, 5)],
        [FindingKind.UnknownTableFile] = [New().File(0, 5), New().Numbers(6, 1, 5)],
        [FindingKind.BlobFileAddedTwice] = [New().Blob(5, 1), New().Blob(5, 1)],
        [FindingKind.UnknownBlobFile] = [New().Numbers(401, 5, 1, 1, 0)],
        [FindingKind.WalAddedTwice] = [New().Numbers(8196, 5, 1), New().Numbers(8196, 5, 1)],
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_contradictory_edit_is_reported_and_skipped(string kind)
    {
        FindingKind expected = Enum.Parse<FindingKind>(kind);
        EditBuilder[] edits = Bad[expected];
        var state = new ManifestState();
        for (int i = 0; i < edits.Length; i++)
        {
            Assert.Empty(state.Findings);
            state.Apply(VersionEdit.Read(edits[i].Build(), offset: 100 + i));
        }

        Finding problem = Assert.Single(state.Findings);
        Assert.Equal((expected, 99L + edits.Length), (problem.Kind, problem.Offset));
        Assert.NotEqual(8UL, state.LogNumber);
        state.Apply(Edit(New().Numbers(3, 10)));
        Assert.Equal(10UL, state.NextFileNumber);
        Assert.Single(state.Findings);
    }

    /// <summary>Findings about the framing and the end are not about an edit; the cases above contain all others.</summary>
    [Fact]
    public void Every_kind_of_finding_is_tested() =>
        Assert.Equal(
            Enum.GetValues<FindingKind>()
                .Where(kind => kind is >= FindingKind.ManifestFraming and <= FindingKind.IncompleteManifest)
                .Except([FindingKind.ManifestFraming, FindingKind.IncompleteManifest]),
            Bad.Keys);

    [Fact]
    public void All_findings_are_counted_and_the_first_are_kept()
    {
        var state = new ManifestState();
        for (int i = 0; i < ManifestState.MaxFindings + 5; i++)
        {
            state.Apply(Edit(Family(9)));
        }

        Assert.Equal((ManifestState.MaxFindings, ManifestState.MaxFindings + 5L), (state.Findings.Count, state.FindingCount));
    }

    private static ManifestState Applied(params EditBuilder[] edits)
    {
        var state = new ManifestState();
        foreach (EditBuilder edit in edits)
        {
            state.Apply(Edit(edit));
        }

        return state;
    }

    private static VersionEdit Edit(EditBuilder edit) => VersionEdit.Read(edit.Build());

    private static EditBuilder New() => new();

    private static EditBuilder Family(uint id) => New().Numbers(200, id);

    private static EditBuilder Group(uint family, uint remaining) => Family(family).Numbers(300, remaining);
}
