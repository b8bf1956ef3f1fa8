using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>No input of the corpus is a finding: neither the seeds, nor the inputs that once were.</summary>
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
    public void An_input_is_not_a_finding(string target, string file) =>
        Assert.Null(new Executor(TargetList.Create(target)!).Run(File.ReadAllBytes(Path.Combine(CorpusFolder.Default, file))));

    [Fact]
    public void Every_target_has_seeds() =>
        Assert.All(TargetList.Create(), target => Assert.NotEmpty(CorpusFolder.FilesOf(CorpusFolder.Default, target.Name)));

    [Fact]
    public void Every_folder_of_the_corpus_belongs_to_a_target()
    {
        IEnumerable<string> folders = Directory.EnumerateDirectories(CorpusFolder.Default)
            .Concat(Directory.EnumerateDirectories(Path.Combine(CorpusFolder.Default, "regressions")))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => name != "regressions");
        Assert.All(folders, name => Assert.NotNull(TargetList.Create(name)));
    }
}
