using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary><c>dump --recovery</c>: the MANIFEST of the folder is used.</summary>
public class RecoveryTests
{
    /// <summary>A log in the folder and in the archive, as in a copy of a running server's folder.</summary>
    [Fact]
    public async Task A_log_in_two_places_does_not_hide_the_manifest()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("walparser-test-");
        try
        {
            string scenario = TestFiles.Committed("rocksdb/rotated");
            foreach (string file in Directory.EnumerateFiles(scenario, "*", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(folder.FullName, Path.GetRelativePath(scenario, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            ToolRun expected = await ToolRun.Of("dump", "--recovery", "--format", "csv", folder.FullName);
            string archived = Directory.EnumerateFiles(Path.Combine(folder.FullName, "archive")).Order(StringComparer.Ordinal).First();
            File.Copy(archived, Path.Combine(folder.FullName, Path.GetFileName(archived)));
            ToolRun run = await ToolRun.Of("dump", "--recovery", "--format", "csv", folder.FullName);
            Assert.Equal(expected.Output, run.Output);
            Assert.Contains(Path.GetFileName(archived) + ": is not replayed: according to the MANIFEST", run.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
