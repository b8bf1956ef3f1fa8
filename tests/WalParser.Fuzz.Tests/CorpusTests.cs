using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>Nothing in the corpus shows anything wrong: neither the seeds, nor the inputs that once did.</summary>
public class CorpusTests
{
    public static TheoryData<string, string> Inputs
    {
        get
        {
            var inputs = new TheoryData<string, string>();
            foreach (FuzzTarget target in TargetList.Create())
            {
                foreach (string file in CorpusFolder.FilesOf(CorpusFolder.Default, target.Name))
                {
                    inputs.Add(target.Name, Path.GetRelativePath(CorpusFolder.Default, file));
                }
            }

            return inputs;
        }
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Input_shows_nothing_wrong(string target, string file) =>
        Assert.Null(new Executor(TargetList.Create(target)!).Run(File.ReadAllBytes(Path.Combine(CorpusFolder.Default, file))));

    [Fact]
    public void Every_target_has_seeds() =>
        Assert.All(TargetList.Create(), target => Assert.NotEmpty(CorpusFolder.FilesOf(CorpusFolder.Default, target.Name)));

    [Fact]
    public void Every_folder_of_the_corpus_is_that_of_a_target()
    {
        IEnumerable<string> folders = Directory.EnumerateDirectories(CorpusFolder.Default)
            .Concat(Directory.EnumerateDirectories(Path.Combine(CorpusFolder.Default, "regressions")))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => name != "regressions");
        Assert.All(folders, name => Assert.NotNull(TargetList.Create(name)));
    }
}
