using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Tests;

public class RunningInputTests
{
    [Fact]
    public void What_a_dead_process_ran_is_taken_once_and_what_a_living_one_runs_is_left()
    {
        string folder = Directory.CreateTempSubdirectory("walparser-fuzz-running-").FullName;
        using (var running = new RunningInput(folder, 100))
        {
            running.Put([1, 2, 3]);
            Assert.Empty(RunningInput.TakeLeft(folder));

            // As if another process, whose number no process can have, had left it.
            File.Copy(Directory.GetFiles(folder).Single(), Path.Combine(folder, $"running-{int.MaxValue}"));
            Assert.Equal([1, 2, 3], RunningInput.TakeLeft(folder).Single());
            Assert.Empty(RunningInput.TakeLeft(folder));
        }

        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }
}
