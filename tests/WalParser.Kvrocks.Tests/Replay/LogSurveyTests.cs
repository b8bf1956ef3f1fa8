using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Which keys of a log a server would not accept, as it is told before a replay.</summary>
public sealed class LogSurveyTests
{
    private const ulong Future = 4_102_444_800_000;

    private readonly ModelServer _server = new("tenant");

    public LogSurveyTests()
    {
        _server.Change("h", KvrocksType.Hash, key => key.Fields["f"] = "v");
        _server.Change("i", KvrocksType.Hash, key =>
        {
            key.FieldExpiries = new() { ["f"] = Future };
            key.Fields["f"] = "v";
        });
        _server.EndBatch();
        _server.Change("i", KvrocksType.Hash, key => key.Fields["g"] = "w");
        _server.Change("n", KvrocksType.SortedInt, key => key.Numbers.Add(1));
        _server.Change("s", KvrocksType.String, key => key.Text = "v");
        _server.EndBatch();
    }

    [Fact]
    public void Keys_are_counted_once_by_the_type_whose_command_is_refused()
    {
        LogSurvey survey = Survey(new ReplayOptions(), "HPEXPIREAT", "ZADD", "SIADD", "COPY");
        Assert.Equal(
            [new TypeLoss("hash with expiring fields", "HPEXPIREAT", "no HPEXPIREAT", 1), new TypeLoss("sortedint", "ZADD", "no ZADD", 1)],
            survey.Losses);
        var kvrocks = new ReplayOptions { Commands = new CommandOptions { Target = CommandTarget.Kvrocks } };
        Assert.Equal([new TypeLoss("sortedint", "SIADD", "no SIADD", 1)], Survey(kvrocks, "ZADD", "SIADD").Losses);
        Assert.Equal([new TypeLoss("hash", "HSET", "no HSET", 2)], Survey(new ReplayOptions(), "HSET").Losses);
        Assert.Empty(Survey(new ReplayOptions()).Losses);
        Assert.Empty(Survey(new ReplayOptions { IsRaw = true }, "HSET").Losses);
    }

    [Fact]
    public void Only_what_is_sent_counts()
    {
        var other = new ReplayOptions { Commands = new CommandOptions { Namespaces = ["other"u8.ToArray()] } };
        LogSurvey survey = Survey(other, "HSET", "SET");
        Assert.Empty(survey.Losses);
        Assert.Equal("tenant"u8.ToArray(), Assert.Single(survey.Namespaces.InOrder));
        Assert.Equal("tenan"u8.ToArray(), Assert.Single(survey.Namespaces.Missing));

        LogSurvey late = Survey(new ReplayOptions(), ["HSET"], isSent: index => index > 0);
        Assert.Equal([new TypeLoss("hash", "HSET", "no HSET", 1)], late.Losses);
    }

    private LogSurvey Survey(ReplayOptions options, params string[] refused) => Survey(options, refused, _ => true);

    private LogSurvey Survey(ReplayOptions options, string[] refused, Func<int, bool> isSent)
    {
        var target = new TargetDescription
        {
            Endpoint = RedisEndpoint.Parse("redis://h"),
            Refused = refused.ToDictionary(command => command, command => "no " + command),
        };
        var survey = new LogSurvey(options, target, "tenant"u8.ToArray(), "tenan"u8.ToArray());
        for (int i = 0; i < _server.Batches.Count; i++)
        {
            survey.Add(new WriteBatch(_server.Batches[i]), isSent(i));
        }

        return survey;
    }
}
