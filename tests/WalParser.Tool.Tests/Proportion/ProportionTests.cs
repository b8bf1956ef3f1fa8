using WalParser.TestSupport.Files;

namespace WalParser.Tool.Tests.Proportion;

/// <summary>
/// The cost of each command is in proportion to its input, whatever the input has many of. Each is run at the sizes n, 2n and 4n, and the
/// growth from 2n to 4n is compared with that from n to 2n: linear cost grows twice as much, n log n a little more, quadratic cost four
/// times.
/// </summary>
[Collection(nameof(MeasuredAlone))]
public class ProportionTests : IAsyncLifetime
{
    private const int Size = 128;

    /// <summary>
    /// Between 2 (linear) and 4 (quadratic): tables that double and buffers that are rented make the steps uneven.
    /// </summary>
    private const double LargestGrowth = 3;

    /// <summary>
    /// What may differ between two runs of the same work, in bytes: pools that are filled, and a rented buffer that grows to 2 MiB. A step
    /// that is taken n² times exceeds it if it allocates 16 bytes and n is 400 or more.
    /// </summary>
    private const long AllocatedNoise = 2_500_000;

    /// <summary>
    /// What <c>commands</c> writes of elements that a log shows again and again before it is held to what the log writes, in bytes as
    /// text.
    /// </summary>
    private const long OutputNoise = 100_000;

    /// <summary>Only a command that hangs takes so long, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[][] LogCommands =
    [
        ["verify"], ["verify", "--format", "json"],
        ["info"], ["info", "--format", "json"],
        ["gaps"], ["gaps", "--format", "json"],
        ["dump"], ["dump", "--format", "jsonl"], ["dump", "--format", "csv"],
        ["dump", "--resolve-blobs"], ["dump", "--format", "jsonl", "--resolve-blobs"],
        ["dump", "--committed"], ["dump", "--recovery"],
        ["transactions"], ["transactions", "--format", "jsonl"],
        ["salvage"],
    ];

    private static readonly string[][] KvrocksCommands =
    [
        ["dump", "--kvrocks"], ["dump", "--format", "jsonl", "--kvrocks"],
        ["keys"], ["keys", "--format", "jsonl"], ["keys", "--format", "rdb"],
        ["commands"], ["commands", "--format", "jsonl"], ["commands", "--target", "kvrocks"],
        ["commands", "--undo", "--from-sequence", "1"],
        ["commands", "--format", "resp", "--namespace", "__namespace"], ["commands", "--format", "aof", "--namespace", "__namespace"],
        ["replay", "--dry-run", "--namespace", "__namespace"],
        ["history"], ["history", "--format", "jsonl"],
        ["diff"], ["diff", "--format", "jsonl"],
    ];

    public static TheoryData<string> Logs => [.. LogInputs.All.Keys];

    public static TheoryData<string> Kvrocks => [.. KvrocksInputs.All.Keys];

    private static bool _isWarm;

    /// <summary>Runs each command once, because the first run of some code allocates more.</summary>
    public async Task InitializeAsync()
    {
        if (_isWarm)
        {
            return;
        }

        _isWarm = true;
        using var logs = new TempDatabase();
        LogInputs.All["tiny records"](logs, Size);
        using var kvrocks = new TempDatabase();
        KvrocksInputs.Write(kvrocks, KvrocksInputs.All["list flips"](Size));
        foreach (string[] command in LogCommands)
        {
            await CostOf(command, logs);
        }

        foreach (string[] command in KvrocksCommands)
        {
            await CostOf(command, kvrocks);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Logs))]
    public Task Commands_over_logs_are_in_proportion(string input) =>
        Measure(LogInputs.All[input], input.EndsWith("names", StringComparison.Ordinal) ? [.. LogCommands, ["manifest"]] : LogCommands);

    [Theory]
    [MemberData(nameof(Kvrocks))]
    public Task Commands_over_Kvrocks_databases_are_in_proportion(string input) =>
        Measure((db, n) => KvrocksInputs.Write(db, KvrocksInputs.All[input](n)), KvrocksCommands);

    private static async Task Measure(Action<TempDatabase, int> write, string[][] commands)
    {
        using var small = new TempDatabase();
        using var medium = new TempDatabase();
        using var large = new TempDatabase();
        write(small, Size);
        write(medium, 2 * Size);
        write(large, 4 * Size);
        List<string> wrong = [];
        foreach (string[] command in commands)
        {
            Cost first = await CostOf(command, small);
            Cost second = await CostOf(command, medium);
            Cost third = await CostOf(command, large);
            wrong.AddRange(
                from cost in new (string What, Func<Cost, long> Of, long Noise)[]
                {
                    ("allocated", cost => cost.Allocated, AllocatedNoise), ("output", cost => cost.Output, OutputNoise),
                }
                let sizes = (First: cost.Of(first), Second: cost.Of(second), Third: cost.Of(third))
                where sizes.Third - sizes.Second > (LargestGrowth * Math.Max(0, sizes.Second - sizes.First)) + cost.Noise
                select $"{string.Join(' ', command)}: {cost.What} {sizes.First}, {sizes.Second}, {sizes.Third} bytes");
            if (third.Time > Patience)
            {
                wrong.Add($"{string.Join(' ', command)}: {third.Time}");
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task<Cost> CostOf(string[] command, TempDatabase database)
    {
        string path = database.Path;
        using var output = new TempFolder();
        return await Cost.OfAsync(command[0] switch
        {
            "history" => ["history", "k0000000", path, .. command[1..]],
            "diff" => ["diff", path, path, .. command[1..]],
            "salvage" => ["salvage", path, "--output", output.PathOf("out"), .. command[1..]],
            "manifest" => ["manifest", path, .. command[1..]],
            _ => [.. command, path],
        });
    }
}
