using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Tests;

public sealed class RunningInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-running-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_dead_processes_ran_is_saved_once_each_and_what_a_living_one_runs_is_left()
    {
        using (var running = new RunningInput(_folder, 100))
        {
            running.Put([1, 2, 3]);
            Leave("one", 4, 5);
            Leave("two", 6);
            Assert.Equal(["0405", "06"], SaveLeft().Order());
            Assert.Empty(SaveLeft());
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    /// <summary>Two inputs that two processes died of are two findings, and stay so when a later run finds a third.</summary>
    [Fact]
    public void Every_input_that_a_process_died_of_is_a_finding_of_its_own()
    {
        foreach (byte[][] run in new byte[][][] { [[4, 5], [6]], [[7]], [[6]] })
        {
            for (int i = 0; i < run.Length; i++)
            {
                Leave($"{i}", run[i]);
            }

            var store = new FindingStore(_folder, new IdleTarget());
            RunningInput.SaveLeft(_folder, input => store.Save(new Finding(input, LostProcessException.Died()), seed: 1, executions: 0));
            Assert.Equal(run.Length, store.Count);
        }

        Assert.Equal(["0405", "06", "07"], Directory.GetFiles(_folder, "*").Where(path => !path.EndsWith(".txt", StringComparison.Ordinal)).Select(Hex).Order());
    }

    /// <summary>An input is gone only when it is saved.</summary>
    [Fact]
    public void What_could_not_be_saved_is_there_the_next_time()
    {
        Leave("one", 4, 5);
        Assert.Throws<IOException>(() => RunningInput.SaveLeft(_folder, _ => throw new IOException("disk full")));
        Assert.Equal(["0405"], SaveLeft());
    }

    [Fact]
    public void A_process_that_died_before_it_ran_anything_left_nothing()
    {
        File.WriteAllBytes(Path.Combine(_folder, "running-one"), []);
        File.WriteAllBytes(Path.Combine(_folder, "running-two"), [.. BitConverter.GetBytes(-1), 0, 0]);
        Assert.Empty(SaveLeft());
    }

    private static string Hex(string path) => Convert.ToHexString(File.ReadAllBytes(path));

    /// <summary>As a process leaves it that dies.</summary>
    private void Leave(string name, params byte[] input) =>
        File.WriteAllBytes(Path.Combine(_folder, "running-" + name), [.. BitConverter.GetBytes(input.Length), .. input, 0, 0, 0]);

    private List<string> SaveLeft()
    {
        List<string> saved = [];
        RunningInput.SaveLeft(_folder, input => saved.Add(Convert.ToHexString(input)));
        return saved;
    }
}
