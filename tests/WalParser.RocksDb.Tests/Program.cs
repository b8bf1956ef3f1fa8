using System.Diagnostics;
using System.Globalization;
using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDb.Tests.Comparison;
using WalParser.RocksDb.Tests.Databases;

namespace WalParser.RocksDb.Tests;

/// <summary>Runs that are longer than the tests: databases of all recipes, one after the other, until the time is over.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: dotnet run -c Release --project tests/WalParser.RocksDb.Tests -- --seed N --time SECONDS [--recipe NAME] [--keep FOLDER]
          --seed N        what all random choices come from
          --time SECONDS  how long to go on; 0 for one database, made with the seed itself: to repeat what a run or a test reports
          --recipe NAME   databases of one recipe alone
          --keep FOLDER   where to put a copy of each database on which a difference is not explained
        The exit code is 1 if a difference is not explained.
        """;

    private const int DamagedCopies = 8;

    public static async Task<int> Main(string[] arguments)
    {
        if (!TryRead(arguments, out Dictionary<string, string> given)
            || !int.TryParse(given.GetValueOrDefault("--seed"), NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
            || !int.TryParse(given.GetValueOrDefault("--time"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        if (!RocksDbChild.IsAvailable)
        {
            Console.Error.WriteLine("The package RocksDB has no native library for this platform.");
            return 2;
        }

        Recipe[] recipes = [.. Recipe.All.Where(recipe => given.GetValueOrDefault("--recipe", recipe.Name) == recipe.Name)];
        if (recipes.Length == 0)
        {
            Console.Error.WriteLine(
                $"There is no such recipe. The recipes are: {string.Join(", ", Recipe.All.Select(recipe => recipe.Name))}");
            return 2;
        }

        using var child = new RocksDbChild();
        var session = new Session(child, given.GetValueOrDefault("--keep"));
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        int written = 0;
        for (int i = 0; i == 0 || clock.Elapsed < TimeSpan.FromSeconds(seconds); i++)
        {
            await session.RunAsync(recipes[i % recipes.Length], seconds == 0 ? seed : random.Next(), DamagedCopies);
            for (; written < session.Tally.Unexplained.Count; written++)
            {
                Console.WriteLine(session.Tally.Unexplained[written]);
            }
        }

        Console.WriteLine($"seed {seed}, {seconds} s");
        Console.Write(session.Tally);
        return session.Tally.Unexplained.Count == 0 ? 0 : 1;
    }

    private static bool TryRead(string[] arguments, out Dictionary<string, string> given)
    {
        given = [];
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            given[arguments[i]] = arguments[i + 1];
        }

        return arguments.Length % 2 == 0 && given.Keys.All(name => name is "--seed" or "--time" or "--keep" or "--recipe");
    }
}
