using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.IO;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>The behaviour of following, step by step.</summary>
public sealed class FollowTests : IDisposable
{
    /// <summary>Longer than any operation that does not hang.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Time for many polls of the folder, to test that an entry is not returned. It would be returned after the first poll.
    /// </summary>
    private static readonly TimeSpan SomeLooks = TimeSpan.FromMilliseconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-test-").FullName;
    private readonly CancellationTokenSource _cancellation = new(Patience);

    public void Dispose()
    {
        _cancellation.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_successor_without_records_does_not_end_a_log()
    {
        byte[] second = Record(2);
        Write(7, [.. Record(1), .. second[..9]]);
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1"], await follower.NextAsync(2));

        Write(9, []);
        await follower.ExpectNothingAsync();
        Append(9, Fragment(FragmentType.SetCompressionType, new byte[4]));
        await follower.ExpectNothingAsync();
        Append(9, Record(3)[..20]);
        await follower.ExpectNothingAsync();

        Append(7, second[9..]);
        Assert.Equal(["record 2"], await follower.NextAsync(1));
        Append(9, Record(3)[20..]);
        Assert.Equal(["end 7 EndOfFile", "start 9", "record 3"], await follower.NextAsync(3));
    }

    [Fact]
    public async Task A_torn_end_is_damage_once_a_later_log_holds_a_record()
    {
        Write(7, [.. Record(1), .. Record(2)[..15]]);
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1"], await follower.NextAsync(2));
        await follower.ExpectNothingAsync();
        Write(9, Record(2));
        Assert.Equal(["corruption TruncatedBody", "end 7 TruncatedBody", "start 9", "record 2"], await follower.NextAsync(4));
    }

    [Fact]
    public async Task Several_logs_that_appear_at_once_are_read_in_order()
    {
        Write(7, Record(1));
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1"], await follower.NextAsync(2));
        Write(12, Record(3));
        Write(9, []);
        Directory.CreateDirectory(Path.Combine(_folder, "archive"));
        Write(8, Record(2), "archive");
        Assert.Equal(
            ["end 7 EndOfFile", "start 8", "record 2", "end 8 EndOfFile", "start 9", "end 9 EndOfFile", "start 12", "record 3"],
            await follower.NextAsync(8));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_is_read_to_its_end_after_it_was_moved_or_deleted(bool isMoved)
    {
        Write(7, Record(1));
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1"], await follower.NextAsync(2));
        using (var writer = new FileStream(
            PathOf(7), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        {
            Directory.CreateDirectory(Path.Combine(_folder, "archive"));
            if (isMoved)
            {
                File.Move(PathOf(7), PathOf(7, "archive"));
            }
            else
            {
                File.Delete(PathOf(7));
            }

            writer.Write(Record(2));
        }

        Assert.Equal(["record 2"], await follower.NextAsync(1));
        Write(8, Record(3));
        Assert.Equal(["end 7 EndOfFile", "start 8", "record 3"], await follower.NextAsync(3));
    }

    [Fact]
    public async Task Following_may_begin_before_there_is_a_log()
    {
        await using Follower follower = Follow();
        await follower.ExpectNothingAsync();
        Write(4, Record(1));
        Assert.Equal(["start 4", "record 1"], await follower.NextAsync(2));
    }

    [Fact]
    public async Task Following_may_begin_at_the_end()
    {
        Write(4, Record(1));
        Write(5, [.. Record(2), .. Record(3)]);
        Write(6, []);
        await using Follower follower = Follow(FollowStart.End);
        Assert.Equal(["start 5"], await follower.NextAsync(1));
        await follower.ExpectNothingAsync();
        Append(5, Record(4));
        Assert.Equal(["record 4"], await follower.NextAsync(1));
    }

    [Theory]
    [InlineData(0, "start 4", "record 1")]
    [InlineData(1, "start 4", "record 1")]
    [InlineData(3, "start 5", "record 3")]
    [InlineData(4, "start 5", "record 4")]
    [InlineData(6, "start 7", "record 6")]
    public async Task Following_may_begin_with_a_sequence_number(ulong sequence, params string[] expected)
    {
        Write(4, Record(1));
        Write(5, [.. Record(2), .. Record(3), .. Record(4)]);
        Write(7, [.. Record(5), .. Record(6)]);
        await using Follower follower = Follow(FollowStart.FromSequence(sequence));
        Assert.Equal(expected, await follower.NextAsync(expected.Length));
    }

    /// <summary>A batch with several sequence numbers is returned if one of them is requested.</summary>
    [Fact]
    public async Task Following_may_begin_inside_a_batch()
    {
        var batch = new BatchBuilder();
        Write(
            4,
            [.. Log([.. batch.Put("a"u8, []).Put("b"u8, []).Build(1)]), .. Log([.. batch.Reset().Put("c"u8, []).Put("d"u8, []).Build(3)])]);
        await using Follower follower = Follow(FollowStart.FromSequence(4));
        Assert.Equal(["start 4", "record 3"], await follower.NextAsync(2));
    }

    [Fact]
    public async Task A_single_log_is_followed_into_later_logs()
    {
        Write(4, Record(1));
        Write(5, Record(2));
        await using Follower follower = Follow(FollowStart.Beginning, new WalSet([new WalFile(PathOf(5))]));
        Assert.Equal(["start 5", "record 2"], await follower.NextAsync(2));
        Write(9, Record(3));
        Assert.Equal(["end 5 EndOfFile", "start 9", "record 3"], await follower.NextAsync(3));
    }

    [Fact]
    public async Task A_log_that_is_deleted_before_it_is_opened_is_reported()
    {
        Write(5, Record(2));
        await using Follower follower = Follow(FollowStart.Beginning, new WalSet([new WalFile(PathOf(4)), new WalFile(PathOf(5))]));
        Assert.Equal(["problem Unreadable", "start 5", "record 2"], await follower.NextAsync(3));
    }

    [Fact]
    public async Task A_compressed_copy_is_read_and_then_left()
    {
        File.WriteAllBytes(Path.Combine(_folder, "000004.log.gz"), Gzip(Record(1)));
        Write(5, Record(2));
        await using Follower follower = Follow();
        Assert.Equal(["start 4", "record 1", "end 4 EndOfFile", "start 5", "record 2"], await follower.NextAsync(5));
    }

    [Fact]
    public async Task A_path_that_is_not_a_file_ends_following()
    {
        var set = new WalSet([new WalFile("given", 4, options => WalReader.Create(new MemoryStream(Record(1)), options))]);
        List<WalSetEntryKind> kinds = [];
        await foreach (WalSetEntry entry in set.FollowAsync(cancellationToken: _cancellation.Token))
        {
            kinds.Add(entry.Kind);
        }

        Assert.Equal([WalSetEntryKind.FileStart, WalSetEntryKind.Record, WalSetEntryKind.FileEnd], kinds);
    }

    [Fact]
    public async Task A_truncated_log_is_reported_and_left()
    {
        Write(7, [.. Record(1), .. Record(2)]);
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1", "record 2"], await follower.NextAsync(3));
        using (var writer = new FileStream(PathOf(7), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.SetLength(10);
        }

        Assert.Equal(["end 7 EndOfFile", "problem TruncatedWal"], await follower.NextAsync(2));
        Write(8, Record(3));
        Assert.Equal(["start 8", "record 3"], await follower.NextAsync(2));
    }

    [Fact]
    public async Task A_replaced_log_is_reported_and_left()
    {
        Write(7, [.. Record(1), .. Record(2)]);
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1", "record 2"], await follower.NextAsync(3));
        string other = Path.Combine(_folder, "other");
        File.WriteAllBytes(other, [.. Record(10), .. Record(11), .. Record(12)]);
        File.Move(other, PathOf(7), overwrite: true);
        Assert.Equal(["end 7 EndOfFile", "problem ReplacedWal"], await follower.NextAsync(2));
        Write(8, Record(3));
        Assert.Equal(["start 8", "record 3"], await follower.NextAsync(2));
    }

    /// <summary>As a copying program does when it updates a folder.</summary>
    [Fact]
    public async Task A_log_that_is_replaced_by_a_longer_copy_continues()
    {
        Write(7, [.. Record(1), .. Record(2)[..8]]);
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1"], await follower.NextAsync(2));
        string other = Path.Combine(_folder, "other");
        File.WriteAllBytes(other, [.. Record(1), .. Record(2), .. Record(3)]);
        File.Move(other, PathOf(7), overwrite: true);
        Assert.Equal(["record 2", "record 3"], await follower.NextAsync(2));
        Append(7, Record(4));
        Assert.Equal(["record 4"], await follower.NextAsync(1));
    }

    [Fact]
    public async Task Missing_numbers_are_reported()
    {
        Write(7, Record(1));
        Write(8, Record(5));
        await using Follower follower = Follow();
        Assert.Equal(["start 7", "record 1", "end 7 EndOfFile", "start 8", "break SequenceGap", "record 5"], await follower.NextAsync(6));
    }

    [Fact]
    public async Task Following_ends_when_it_is_cancelled()
    {
        Write(7, Record(1));
        WalSet set = await WalSet.OpenAsync(_folder);
        await using IAsyncEnumerator<WalSetEntry> entries = set
            .FollowAsync(new FollowOptions { PollInterval = TimeSpan.FromHours(1) }, _cancellation.Token)
            .GetAsyncEnumerator(_cancellation.Token);
        Assert.True(await entries.MoveNextAsync());
        Assert.True(await entries.MoveNextAsync());
        Task<bool> waiting = entries.MoveNextAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        await _cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    /// <summary>While files are followed and afterwards, another program can open them exclusively or delete them.</summary>
    [Fact]
    public async Task Following_locks_no_file_and_closes_all_files()
    {
        Write(7, Record(1));
        await using (Follower follower = Follow())
        {
            await follower.NextAsync(2);
            Append(7, Record(2));
            Assert.Equal(["record 2"], await follower.NextAsync(1));
        }

        using var alone = new FileStream(PathOf(7), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(alone.Length > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task An_interval_that_is_not_positive_is_refused(int milliseconds)
    {
        WalSet set = await WalSet.OpenAsync(_folder);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
        {
            await foreach (WalSetEntry entry in set.FollowAsync(
                new FollowOptions { PollInterval = TimeSpan.FromMilliseconds(milliseconds) }))
            {
                Assert.Fail(entry.Kind.ToString());
            }
        });
    }

    private Follower Follow(FollowStart start = default, WalSet? set = null)
    {
        set ??= new WalSet(DatabaseFolder.OpenAsync(_folder).GetAwaiter().GetResult());
        return new Follower(
            set.FollowAsync(new FollowOptions { Start = start, PollInterval = TimeSpan.FromMilliseconds(1) }, _cancellation.Token),
            _cancellation);
    }

    private static byte[] Record(ulong sequence) => Log([.. new BatchBuilder().Put("key"u8, new byte[20]).Build(sequence)]);

    private static byte[] Log(byte[] payload)
    {
        var output = new MemoryStream();
        new LogBuilder(output).Record(payload);
        return output.ToArray();
    }

    private static byte[] Fragment(FragmentType type, byte[] payload)
    {
        var output = new MemoryStream();
        new LogBuilder(output).Fragment(type, payload);
        return output.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    private string PathOf(ulong number, string below = "") => Path.Combine(_folder, below, WalFileName.Of(number));

    private void Write(ulong number, byte[] bytes, string below = "") => File.WriteAllBytes(PathOf(number, below), bytes);

    private void Append(ulong number, byte[] bytes)
    {
        using var file = new FileStream(PathOf(number), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(bytes);
    }

    /// <summary>Reads entries one by one, and formats each as a line.</summary>
    private sealed class Follower(IAsyncEnumerable<WalSetEntry> entries, CancellationTokenSource cancellation) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<WalSetEntry> _entries = entries.GetAsyncEnumerator(cancellation.Token);
        private Task<bool>? _pending;

        public async Task<string[]> NextAsync(int count)
        {
            List<string> lines = [];
            while (lines.Count < count)
            {
                Task<bool> pending = _pending ?? _entries.MoveNextAsync().AsTask();
                _pending = null;
                Assert.True(await pending);
                lines.Add(LineOf(_entries.Current));
            }

            return [.. lines];
        }

        public async Task ExpectNothingAsync()
        {
            _pending ??= _entries.MoveNextAsync().AsTask();
            await Task.WhenAny(_pending, Task.Delay(SomeLooks));
            Assert.False(_pending.IsCompleted);
        }

        public async ValueTask DisposeAsync()
        {
            if (_pending is not null)
            {
                await cancellation.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _pending);
            }

            await _entries.DisposeAsync();
        }

        private static string LineOf(WalSetEntry entry) => entry.Kind switch
        {
            WalSetEntryKind.FileStart => $"start {entry.File.LogNumber}",
            WalSetEntryKind.FileEnd => $"end {entry.File.LogNumber} {entry.Log.End!.Value.Reason}",
            WalSetEntryKind.Record => $"record {new WriteBatch(entry.Record).Sequence}",
            WalSetEntryKind.LogFinding => $"corruption {entry.Finding.Kind}",
            WalSetEntryKind.SequenceFinding => $"break {entry.SequenceFinding.Kind}",
            WalSetEntryKind.DatabaseFinding => $"problem {entry.Finding.Kind}",
            _ => entry.Kind.ToString(),
        };
    }
}
