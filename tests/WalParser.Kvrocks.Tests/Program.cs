using System.Diagnostics;
using System.Globalization;
using WalParser.Kvrocks.Tests.Truth;

namespace WalParser.Kvrocks.Tests;

/// <summary>The comparison with a Kvrocks server, which the tests do not need; see README.md.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: dotnet run -c Release --project tests/WalParser.Kvrocks.Tests -- --kvrocks PATH --seed N --time SECONDS
                 [--commands COUNT] [--keep FOLDER]
          --kvrocks PATH    the server
          --seed N          the seed of the first round; each further round has the next seed
          --time SECONDS    how long to go on; 0 for one round: to repeat what a run reports
          --commands COUNT  the number of commands of a round; 400 if it is not given
          --keep FOLDER     where to put the logs, the commands and the differences of each round with differences
        The exit code is 1 if a round has differences, or if the server has a command that writes and that the run does not know.
        """;

    public static async Task<int> Main(string[] arguments)
    {
        Dictionary<string, string> given = [];
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            given[arguments[i]] = arguments[i + 1];
        }

        if (arguments.Length % 2 != 0
            || given.Keys.Any(name => name is not ("--kvrocks" or "--seed" or "--time" or "--commands" or "--keep"))
            || given.GetValueOrDefault("--kvrocks") is not { } program
            || !TryReadNumber(given.GetValueOrDefault("--seed"), out int seed)
            || !TryReadNumber(given.GetValueOrDefault("--time"), out int seconds)
            || !TryReadNumber(given.GetValueOrDefault("--commands", "400"), out int commands))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var session = new Session(program, given.GetValueOrDefault("--keep"));
        var clock = Stopwatch.StartNew();
        int written = 0;
        for (int i = 0; i == 0 || clock.Elapsed < TimeSpan.FromSeconds(seconds); i++)
        {
            await session.RunAsync(seed + i, commands);
            for (; written < session.Tally.Differences.Count; written++)
            {
                Console.WriteLine(session.Tally.Differences[written]);
            }
        }

        Console.Write(session.Tally);
        return session.Tally.Differences.Count + session.Tally.NotDriven.Count == 0 ? 0 : 1;
    }

    private static bool TryReadNumber(string? text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
