using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>Batches of arbitrary bytes are converted, and malformed records are noted.</summary>
public class HostileTests
{
    [Theory]
    [InlineData(CommandTarget.Redis)]
    [InlineData(CommandTarget.Kvrocks)]
    public async Task Batches_with_changed_bytes_are_converted(CommandTarget target)
    {
        List<byte[]> batches = await RecordedLogs.ReadAsync(TestFiles.Committed("kvrocks/types/db"));
        long noted = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var converter = new CommandConverter(new CommandOptions { Target = target });
            long commands = 0;
            foreach (byte[] payload in batches)
            {
                byte[] bytes = [.. payload];
                const int HeaderSize = 12;
                for (int i = random.Next(4); i > 0 && bytes.Length > HeaderSize; i--)
                {
                    bytes[random.Next(HeaderSize, bytes.Length)] = (byte)(random.Next(4) == 0 ? 0xFF : random.Next(256));
                }

                var batch = new WriteBatch(bytes);
                commands += converter.Convert(ref batch).Count;
            }

            commands += converter.Complete().Count;
            Assert.NotEqual(0, commands);
            noted += converter.Notes.Sum(note => note.Count);
        }

        Assert.NotEqual(0, noted);
    }
}
