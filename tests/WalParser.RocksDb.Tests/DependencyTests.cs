using WalParser.RocksDb.Tests.Child;
using WalParser.TestSupport.Files;

namespace WalParser.RocksDb.Tests;

/// <summary>RocksDB is a dependency of tests only, and they use the library of one platform.</summary>
public class DependencyTests
{
    [Fact]
    public void Nothing_under_src_depends_on_RocksDB()
    {
        string[] locks = [.. Directory.EnumerateFiles(TestFiles.Committed("../src"), "packages.lock.json", SearchOption.AllDirectories)];
        Assert.NotEmpty(locks);
        Assert.All(locks, path => Assert.DoesNotContain("\"RocksDB\"", File.ReadAllText(path), StringComparison.OrdinalIgnoreCase));
    }

    [SkippableFact]
    public void The_output_has_the_library_of_one_platform()
    {
        RocksDbChild.SkipWithoutRocksDb();
        Assert.Single(Directory.EnumerateFiles(AppContext.BaseDirectory, "*rocksdb*", SearchOption.AllDirectories), path =>
            Path.GetExtension(path) is ".so" or ".dylib" || Path.GetFileName(path) == "rocksdb.dll");
    }
}
