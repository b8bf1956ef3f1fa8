using System.Text;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>A key that another node serves before all of its elements were scanned: the cursor of the first means nothing there.</summary>
public sealed class MovedKeyTests(RedisServer server) : IClassFixture<RedisServer>
{
    private const int FieldCount = 3000;

    [SkippableTheory]
    [InlineData(1, 1)]
    [InlineData(int.MaxValue, 0)]
    public async Task The_comparison_of_the_key_begins_again(int moves, int equal)
    {
        await using RedisConnection first = await server.ConnectEmptyAsync(database: 1);
        var model = new ModelServer();
        model.Change("h", KvrocksType.Hash, key =>
        {
            for (int i = 0; i < FieldCount; i++)
            {
                key.Fields[$"{i}"] = $"{i}";
            }
        });
        model.EndBatch();
        await Replays.RunAsync(server.Endpoint(1), Replays.Plain(), model.Batches);
        RedisConnection second = await RedisConnection.ConnectAsync(server.Endpoint(1));
        await using var source = new MovingSource(first, second, server.Endpoint(1)) { Moves = moves };
        await using var comparer = new DatasetComparer(
            source, server.Endpoint(1), Comparisons.KeyspaceOf(model.Batches), Comparisons.Of("__namespace"));
        await foreach (KeyDifference difference in comparer.CompareAsync())
        {
            Assert.Fail(Comparisons.Lines([difference])[0]);
        }

        Assert.Equal(equal, comparer.Result.EqualCount);
        Assert.Equal(equal == 1 ? 2 : 10, source.Begun);
        Assert.Equal(
            equal == 1 ? [] : [UncomparedReason.ChangedMeanwhile], comparer.Result.Uncompared.Select(entry => entry.Reason));
    }

    /// <summary>Answers over another connection after the first page of a scan.</summary>
    private sealed class MovingSource(RedisConnection first, RedisConnection second, RedisEndpoint endpoint) : IReadSource
    {
        private readonly ServerSource _first = new(first, endpoint);
        private readonly ServerSource _second = new(second, endpoint);
        private bool _isAtSecond;

        public int Moves { get; set; }

        /// <summary>The number of scans that have begun.</summary>
        public int Begun { get; private set; }

        public Task<(RespValue Reply, RedisConnection Connection)> AskAsync(
            ReadOnlyMemory<byte>[] command, CancellationToken cancellationToken)
        {
            if (Encoding.ASCII.GetString(command[0].Span) == "HSCAN")
            {
                bool isFirstPage = command[2].Span.SequenceEqual("0"u8);
                Begun += isFirstPage ? 1 : 0;
                if (!isFirstPage && Moves > 0)
                {
                    Moves--;
                    _isAtSecond = !_isAtSecond;
                }
            }

            return (_isAtSecond ? _second : _first).AskAsync(command, cancellationToken);
        }

        public IAsyncEnumerable<RespValue[]> ListAsync(int pageSize, CancellationToken cancellationToken) =>
            _first.ListAsync(pageSize, cancellationToken);

        public bool IsCheckpoint(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> key) => false;

        public ValueTask DisposeAsync() => _second.DisposeAsync();
    }
}
