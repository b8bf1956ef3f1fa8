using System.IO.Pipelines;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.Framing;

/// <summary>A read that is begun while another is pending throws, and does not affect the other one.</summary>
public sealed class ConcurrentReadTests
{
    private static readonly byte[] Log = TempDatabase.LogOf([TempDatabase.Puts(1, 1), TempDatabase.Puts(2, 1)]);

    [Fact]
    public async Task A_reader_of_a_log_reads_one_entry_at_a_time()
    {
        var pipe = new Pipe();
        await using WalReader reader = WalReader.Create(pipe.Reader);
        ValueTask<bool> pending = reader.ReadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => reader.TryRead());
        await CompleteAsync(pipe);
        Assert.True(await pending);
        Assert.Equal(TempDatabase.Puts(1, 1), reader.Record.Payload);
        Assert.True(await reader.ReadAsync());
        Assert.Equal(TempDatabase.Puts(2, 1), reader.Record.Payload);
        Assert.False(await reader.ReadAsync());
    }

    [Fact]
    public async Task A_reader_of_a_set_reads_one_entry_at_a_time()
    {
        var pipe = new Pipe();
        await using WalSetReader reader = SetOf(pipe).OpenReader();
        Assert.True(await reader.ReadAsync());
        ValueTask<bool> pending = reader.ReadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
        await CompleteAsync(pipe);
        Assert.True(await pending);
        Assert.Equal(1UL, reader.Batch.Sequence);
        Assert.True(await reader.ReadAsync());
        Assert.Equal(2UL, reader.Batch.Sequence);
    }

    [Fact]
    public async Task An_iterator_moves_or_seeks_once_at_a_time()
    {
        var pipe = new Pipe();
        await using WalUpdates updates = SetOf(pipe).OpenIterator();
        ValueTask pending = updates.SeekAsync(2);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await updates.SeekAsync(1));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await updates.MoveNextAsync());
        await CompleteAsync(pipe);
        await pending;
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(2UL, updates.Current.Batch.Sequence);
        Assert.Equal(3UL, updates.NextSequence);
    }

    [Fact]
    public async Task A_reader_of_a_MANIFEST_reads_one_edit_at_a_time()
    {
        var pipe = new Pipe();
        await using ManifestReader reader = ManifestReader.Create(pipe.Reader.AsStream());
        ValueTask<bool> pending = reader.ReadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
        await CompleteAsync(pipe);
        Assert.True(await pending);
        Assert.Equal(ManifestEntryKind.Edit, reader.Kind);
        Assert.True(await reader.ReadAsync());
    }

    [Fact]
    public async Task Reading_continues_after_a_read_that_threw()
    {
        byte[] damaged = [.. Log];
        damaged[^1] ^= 1;
        await using WalReader reader = WalReader.Create(
            new MemoryStream([.. damaged, .. Log]), new WalReaderOptions { ThrowOnCorruption = true });
        Assert.True(await reader.ReadAsync());
        await Assert.ThrowsAsync<WalCorruptionException>(async () => await reader.ReadAsync());
        Assert.False(await reader.ReadAsync());

        var pipe = new Pipe();
        await using WalReader waiting = WalReader.Create(pipe.Reader);
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> pending = waiting.ReadAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);
        await CompleteAsync(pipe);
        Assert.True(await waiting.ReadAsync());
    }

    /// <summary>Without the check, two threads see damage, exceptions of other kinds, or wrong records.</summary>
    [Fact]
    public async Task Two_threads_never_see_damage()
    {
        const int Records = 20_000;
        byte[] log = TempDatabase.LogOf(Enumerable.Range(1, Records).Select(number => TempDatabase.Puts((ulong)number, 1)));
        await using WalReader reader = WalReader.Create(new MemoryStream(log));
        int read = 0;
        int findings = 0;
        using var begin = new Barrier(2);
        void Read()
        {
            begin.SignalAndWait();
            bool hasMore = true;
            while (hasMore)
            {
                try
                {
                    hasMore = reader.ReadAsync().AsTask().GetAwaiter().GetResult();
                    if (hasMore)
                    {
                        Interlocked.Increment(ref read);
                        findings += reader.Kind == WalEntryKind.Finding ? 1 : 0;
                    }
                }
                catch (InvalidOperationException)
                {
                    // The other thread reads.
                    Thread.SpinWait(20);
                }
            }
        }

        await Task.WhenAll(
            Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning), Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning));
        Assert.Equal((Records, 0), (read, findings));
    }

    private static WalSet SetOf(Pipe pipe) => new([new WalFile("log", 1, options => WalReader.Create(pipe.Reader, options))]);

    private static async Task CompleteAsync(Pipe pipe)
    {
        await pipe.Writer.WriteAsync(Log);
        await pipe.Writer.CompleteAsync();
    }
}
