using System.IO.Compression;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.IO;

/// <summary>The limit on what a compressed copy may become.</summary>
public class CopyLimitTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task A_copy_that_is_larger_than_the_limit_is_read_up_to_it_and_reported(int excess, bool isWhole)
    {
        byte[] log = TempDatabase.LogOf(Enumerable.Range(1, 3000).Select(i => TempDatabase.Puts((ulong)i, 1)));
        foreach (bool isFile in new[] { true, false })
        {
            using var folder = new TempFolder();
            string path = folder.Write("000010.log.gz", Gzip(log));
            var options = new WalReaderOptions { MaxCopySize = log.Length - excess, DecompressCopies = true };
            await using WalReader reader = isFile ? WalReader.Open(path, options) : WalReader.Create(File.OpenRead(path), options);
            int records = 0;
            List<Finding> findings = [];
            while (await reader.ReadAsync())
            {
                records += reader.Kind == WalEntryKind.Record ? 1 : 0;
                if (reader.Kind == WalEntryKind.Finding)
                {
                    findings.Add(reader.Finding);
                }
            }

            Assert.Equal(isWhole ? 3000 : 2999, records);
            Assert.Equal(
                isWhole ? [] : [FindingKind.CopyTooLarge],
                findings.Select(finding => finding.Kind).Where(kind => kind != FindingKind.TruncatedBody));
            if (!isWhole)
            {
                Finding finding = findings.Single(finding => finding.Kind == FindingKind.CopyTooLarge);
                Assert.Contains($"larger than {log.Length - 1} bytes", finding.Reason, StringComparison.Ordinal);
                Assert.Equal(FindingSeverity.Loss, finding.Severity);
            }
        }
    }

    [Fact]
    public async Task A_bomb_is_not_decompressed_to_its_end()
    {
        byte[] bomb = Gzip(new byte[32 << 20]);
        var options = new WalReaderOptions { MaxCopySize = 1 << 20, DecompressCopies = true };
        await using WalReader reader = WalReader.Create(new MemoryStream(bomb), options);
        while (await reader.ReadAsync())
        {
        }

        Assert.Equal(1 << 20, reader.Position);
    }

    [Fact]
    public void The_default_depends_on_the_size_of_the_copy()
    {
        Assert.Equal(4L << 30, CopyLimit.Default.Left(read: 1000, written: 0));
        Assert.Equal((256L << 30) - 5, CopyLimit.Default.Left(read: 1L << 30, written: 5));
        Assert.Equal(1, CopyLimit.Of(10).Left(read: 1L << 60, written: 9));
        Assert.True(CopyLimit.None.Left(read: 1, written: 1L << 60) > 1L << 60);
    }

    [Fact]
    public void The_limit_is_positive() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => WalReader.Create(new MemoryStream(), new WalReaderOptions { MaxCopySize = 0 }));

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }
}
