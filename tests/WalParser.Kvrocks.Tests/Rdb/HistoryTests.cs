using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Rdb;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Rdb;

/// <summary>Random histories of commands. A redis-server that has loaded their RDB file has the dataset of the model.</summary>
public sealed class HistoryTests(RdbServer server) : IClassFixture<RdbServer>
{
    private static Gen<int[]> Histories =>
        from length in Gen.Choose(1, 60)
        from numbers in Gen.Choose(0, int.MaxValue - 1).ArrayOf(length)
        select numbers;

    [SkippableFact]
    public async Task The_file_of_a_random_history_has_the_same_dataset()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync();
        await ModelComparison.PrepareAsync(connection);
        Prop.ForAll(Histories.ToArbitrary(), numbers => LoadAsync(numbers).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(250));
    }

    private async Task<Property> LoadAsync(int[] numbers)
    {
        ModelServer model = RandomHistory.Of(numbers);

        // Version 12 is for fields with expiries, and this server knows version 10.
        (byte[] file, RdbReport report) = RdbFiles.Write(
            RdbFiles.KeyspaceOf(model.Batches), [RecordedState.DefaultNamespace], RdbFile.LowestVersion);
        await using RedisConnection connection = await server.LoadAsync(file, isChecked: numbers[0] % 10 == 0);
        List<string> problems = await ModelComparison.DifferencesAsync(connection, model);
        problems.AddRange(report.Notes.Where(note => note.IsOmission).Select(note => $"{note.Kind} {note.Type}"));
        return (problems.Count == 0).Label(string.Join('\n', problems.Take(5)));
    }
}
