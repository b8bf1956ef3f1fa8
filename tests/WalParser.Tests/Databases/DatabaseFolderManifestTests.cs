using WalParser.Databases;
using WalParser.Findings;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.Databases;

/// <summary>The MANIFEST that a folder uses, and the problems that are reported if it is ambiguous.</summary>
public sealed class DatabaseFolderManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-test-").FullName;

    public static TheoryData<string> Manifests => [.. TestFiles.Named("MANIFEST-*")];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task The_MANIFEST_of_a_recorded_database_is_found(string manifest)
    {
        string path = TestFiles.PathOf(manifest);
        string folder = Path.GetDirectoryName(path)!;
        DatabaseFolder database = await DatabaseFolder.OpenAsync(folder);
        Assert.Empty(database.Findings);
        Assert.NotNull(database.Manifest);
        Assert.Equal(path, DatabaseFolder.FindManifest(folder));
    }

    [Theory]
    [InlineData("MANIFEST-000005\n", null)]
    [InlineData("MANIFEST-000005", null)]
    [InlineData("MANIFEST-000004\n", "CURRENT: names 'MANIFEST-000004', which does not exist; MANIFEST-000005 is used")]
    [InlineData("", "CURRENT: names '', which does not exist; MANIFEST-000005 is used")]
    [InlineData("../MANIFEST-000005\n", "CURRENT: names '../MANIFEST-000005', which does not exist; MANIFEST-000005 is used")]
    [InlineData("MANIFEST-\e\n", "CURRENT: names 'MANIFEST-?', which does not exist; MANIFEST-000005 is used")]
    [InlineData(null, "CURRENT: does not exist, so it is unknown which MANIFEST is live; MANIFEST-000005 is used")]
    public async Task The_MANIFEST_that_CURRENT_names_or_else_the_newest_is_used(string? current, string? problem)
    {
        Copy("MANIFEST-000005");
        if (current is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, "CURRENT"), current);
        }

        DatabaseFolder database = await DatabaseFolder.OpenAsync(_folder);
        Assert.Equal(problem is null ? [] : [problem], AboutManifestsIn(database).Select(each => each.ToString()));
        Assert.Equal(5, database.Manifest!.ColumnFamilies.Count);
    }

    [Fact]
    public async Task Several_MANIFESTs_are_reported()
    {
        Copy("MANIFEST-000005");
        Copy("MANIFEST-000011");
        await File.WriteAllTextAsync(Path.Combine(_folder, "MANIFEST-x"), "");
        await File.WriteAllTextAsync(Path.Combine(_folder, "CURRENT"), "MANIFEST-000005\n");
        DatabaseFolder database = await DatabaseFolder.OpenAsync(_folder);
        Assert.Equal(FindingKind.SeveralManifests, Assert.Single(AboutManifestsIn(database)).Kind);
        Assert.Equal(Path.Combine(_folder, "MANIFEST-000005"), DatabaseFolder.FindManifest(_folder));
        File.Delete(Path.Combine(_folder, "CURRENT"));
        Assert.Equal(Path.Combine(_folder, "MANIFEST-000011"), DatabaseFolder.FindManifest(_folder));
    }

    [Fact]
    public async Task A_damaged_MANIFEST_is_used_as_far_as_it_can_be_read()
    {
        Copy("MANIFEST-000005");
        await File.WriteAllTextAsync(Path.Combine(_folder, "CURRENT"), "MANIFEST-000005\n");
        string path = Path.Combine(_folder, "MANIFEST-000005");
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes[245] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        DatabaseFolder database = await DatabaseFolder.OpenAsync(_folder);
        Finding problem = Assert.Single(AboutManifestsIn(database));
        Assert.Equal((FindingKind.DamagedManifest, "MANIFEST-000005"), (problem.Kind, problem.File));
        Assert.Equal(4, database.Manifest!.ColumnFamilies.Count);
    }

    [Fact]
    public async Task A_folder_without_a_MANIFEST_has_no_finding()
    {
        DatabaseFolder database = await DatabaseFolder.OpenAsync(_folder);
        Assert.Null(database.Manifest);
        Assert.Empty(database.Findings);
        await File.WriteAllTextAsync(Path.Combine(_folder, "CURRENT"), "MANIFEST-000005\n");
        database = await DatabaseFolder.OpenAsync(_folder);
        Assert.Null(database.Manifest);
        Assert.Equal(
            "CURRENT: names 'MANIFEST-000005', which does not exist, and there is no other MANIFEST",
            Assert.Single(database.Findings).ToString());
    }

    /// <summary>Returns the findings without the one about the WALs, which are not copied.</summary>
    private static IEnumerable<Finding> AboutManifestsIn(DatabaseFolder database) =>
        database.Findings.Where(finding => finding.Kind != FindingKind.MissingNewestWal);

    private void Copy(string name) => File.Copy(TestFiles.Committed("rocksdb/families/MANIFEST-000005"), Path.Combine(_folder, name));
}
