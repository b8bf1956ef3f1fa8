using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Tests;

public sealed class RunningInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-running-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Inputs_of_dead_processes_are_saved_once_and_those_of_running_processes_are_kept()
    {
        using (var running = new RunningInput(_folder, 100))
        {
            running.Put([1, 2, 3]);
            Leave("one", 4, 5);
            Leave("two", 6);
            Assert.Equal(["0405", "06"], SaveAbandoned().Order());
            Assert.Empty(SaveAbandoned());
        }

        Assert.Empty(Directory.GetFiles(_folder));
    }

    /// <summary>Two inputs that killed two processes are two findings, also after a later run finds a third.</summary>
    [Fact]
    public void Every_input_that_killed_a_process_is_a_separate_finding()
    {
        foreach (byte[][] run in new byte[][][] { [[4, 5], [6]], [[7]], [[6]] })
        {
            for (int i = 0; i < run.Length; i++)
            {
                Leave($"{i}", run[i]);
            }

            var store = new FindingStore(_folder, new IdleTarget());
            RunningInput.SaveAbandoned(
                _folder, input => store.Save(new FuzzFinding(input, LostProcessException.Died()), seed: 1, executions: 0));
            Assert.Equal(run.Length, store.Count);
        }

        Assert.Equal(
            ["0405", "06", "07"],
            Directory.GetFiles(_folder, "*").Where(path => !path.EndsWith(".txt", StringComparison.Ordinal)).Select(Hex).Order());
    }

    /// <summary>The file of an input is deleted only after it is saved.</summary>
    [Fact]
    public void An_input_that_could_not_be_saved_is_saved_the_next_time()
    {
        Leave("one", 4, 5);
        Assert.Throws<IOException>(() => RunningInput.SaveAbandoned(_folder, _ => throw new IOException("disk full")));
        Assert.Equal(["0405"], SaveAbandoned());
    }

    [Fact]
    public void A_process_that_died_before_its_first_input_leaves_nothing()
    {
        File.WriteAllBytes(Path.Combine(_folder, "running-one"), []);
        File.WriteAllBytes(Path.Combine(_folder, "running-two"), [.. BitConverter.GetBytes(-1), 0, 0]);
        Assert.Empty(SaveAbandoned());
    }

    private static string Hex(string path) => Convert.ToHexString(File.ReadAllBytes(path));

    /// <summary>Creates a file as a process that dies leaves it.</summary>
    private void Leave(string name, params byte[] input) =>
        File.WriteAllBytes(Path.Combine(_folder, "running-" + name), [.. BitConverter.GetBytes(input.Length), .. input, 0, 0, 0]);

    private List<string> SaveAbandoned()
    {
        List<string> saved = [];
        RunningInput.SaveAbandoned(_folder, input => saved.Add(Convert.ToHexString(input)));
        return saved;
    }
}
