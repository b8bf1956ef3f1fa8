using WalParser.Manifests;

namespace WalParser.Tests.Manifests;

/// <summary>The entries of an edit are decoded when they are requested, so that memory is in proportion to the record.</summary>
public class EditEntriesTests
{
    [Fact]
    public void Entries_of_several_kinds_are_read_by_index_and_in_order()
    {
        var builder = new EditBuilder().Numbers(4, 77);
        for (ulong i = 0; i < 20; i++)
        {
            builder.File(1, 100 + i).Numbers(6, 2, 200 + i).Blob(300 + i, 3).Numbers(9, 0);
        }

        VersionEdit edit = VersionEdit.Read(builder.Numbers(2, 5).Build());
        Assert.Null(edit.Finding);
        Assert.Equal((77UL, 5UL), (edit.LastSequence!.Value, edit.LogNumber!.Value));
        ulong[] expected = [.. Enumerable.Range(100, 20).Select(i => (ulong)i)];
        Assert.Equal(expected, edit.NewFiles.Select(file => file.Number));
        Assert.Equal(expected, Enumerable.Range(0, 20).Select(i => edit.NewFiles[i].Number));
        Assert.Equal(expected.Reverse(), Enumerable.Range(0, 20).Reverse().Select(i => edit.NewFiles[i].Number));
        Assert.Equal(expected.Select(i => i + 100), edit.DeletedFiles.Select(file => file.Number));
        Assert.Equal(expected.Select(i => i + 200), edit.BlobFileAdditions.Select(file => file.Number));
        Assert.Throws<ArgumentOutOfRangeException>(() => edit.NewFiles[20]);
        Assert.Throws<ArgumentOutOfRangeException>(() => edit.NewFiles[-1]);
    }

    [Fact]
    public void The_entries_before_damage_are_read()
    {
        byte[] record = new EditBuilder().File(0, 1).File(0, 2).Build();
        VersionEdit edit = VersionEdit.Read(record.AsSpan(0, record.Length - 1));
        Assert.NotNull(edit.Finding);
        Assert.Equal([1UL], edit.NewFiles.Select(file => file.Number));
    }

    [Fact]
    public void The_record_may_change_after_the_edit_was_read()
    {
        byte[] record = new EditBuilder().File(3, 8).Build();
        VersionEdit edit = VersionEdit.Read(record);
        Array.Clear(record);
        Assert.Equal((3, 8UL), (edit.NewFiles[0].Level, edit.NewFiles[0].Number));
    }

    [Theory]
    [InlineData("new files")]
    [InlineData("deleted files")]
    [InlineData("cursors")]
    [InlineData("WALs")]
    [InlineData("ignored")]
    [InlineData("ignored in a file")]
    public void Reading_an_edit_allocates_its_record_once(string kind)
    {
        foreach (int count in new[] { 20_000, 40_000 })
        {
            byte[] record = EditOf(kind, count);
            VersionEdit.Read(record);
            // The least of three runs: the runtime may compile code again in the first ones.
            long allocated = long.MaxValue;
            for (int run = 0; run < 3; run++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                VersionEdit edit = VersionEdit.Read(record);
                allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.Null(edit.Finding);
            }

            // The edit itself and its lists take less than 4 KB.
            Assert.InRange(allocated, record.Length, record.Length + 4096);
        }
    }

    internal static byte[] EditOf(string kind, int count)
    {
        var builder = new EditBuilder();
        if (kind == "ignored in a file")
        {
            builder.Numbers(103, 0, 1, 1).Key("", 1).Key("", 1).Numbers(1, 1);
        }

        for (int i = 0; i < count; i++)
        {
            ulong number = (ulong)i + 1;
            switch (kind)
            {
                case "new files":
                    builder.Numbers(103, 0, number, 1).Key("", 1).Key("", 1).Numbers(1, 1, 1);
                    break;
                case "deleted files":
                    builder.Numbers(6, 0, number);
                    break;
                case "cursors":
                    builder.Numbers(5, 0).Key("", 1);
                    break;
                case "WALs":
                    builder.Numbers(8199).Bytes([.. new EditBuilder().Numbers(number, 1).Build()]);
                    break;
                case "ignored":
                    builder.Numbers(8192 + 500).Bytes();
                    break;
                default:
                    builder.Numbers(40).Bytes();
                    break;
            }
        }

        return kind == "ignored in a file" ? builder.Number(1).Build() : builder.Build();
    }
}
