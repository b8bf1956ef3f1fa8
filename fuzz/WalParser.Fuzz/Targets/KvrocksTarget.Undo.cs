using WalParser.Batches;
using WalParser.Kvrocks.Commands;

namespace WalParser.Fuzz.Targets;

/// <content>The commands that undo the second half of a log.</content>
internal sealed partial class KvrocksTarget
{
    private static void CheckUndo(List<byte[]> records)
    {
        List<RedisCommand> commands = Undo(records, out UndoConverter converter);
        CheckSame(commands, Undo(records, out _));
        SendAndReceive(commands);

        HashSet<string> ended = [.. converter.LeftAlone.Select(key => NameOf(key.Namespace, key.Key))];
        string? current = null;
        bool isInTransaction = false;
        foreach (RedisCommand command in commands)
        {
            if (command.Name is "MULTI" or "EXEC")
            {
                Check(isInTransaction == (command.Name == "EXEC"), "a transaction is not closed, or not opened", command.Name);
                isInTransaction = !isInTransaction;
                continue;
            }

            string key = NameOf(command.Namespace, command.Arguments.Span[command.Name == "XGROUP" ? 2 : 1]);
            if (key != current)
            {
                Check(current is null || ended.Add(current), "a key is undone twice", command.ToString());
                Check(!ended.Contains(key), "a key is undone twice, or although it is left alone", command.ToString());
                current = key;
            }
        }

        Check(!isInTransaction, "the last transaction is not closed");
        Check(
            converter.LeftAlone.DistinctBy(key => NameOf(key.Namespace, key.Key)).Count() == converter.LeftAlone.Count,
            "a key is left alone twice");
    }

    private static List<RedisCommand> Undo(List<byte[]> records, out UndoConverter converter)
    {
        converter = new UndoConverter(new CommandOptions { Clock = FixedClock.Instance });
        for (int i = 0; i < records.Count; i++)
        {
            var batch = new WriteBatch(records[i]);
            if (i < records.Count / 2)
            {
                converter.Skip(ref batch);
            }
            else
            {
                converter.Undo(ref batch);
            }
        }

        List<RedisCommand> commands = [.. converter.Complete()];
        Check(converter.Notes.All(note => note is not null), "a note is null");
        return commands;
    }

    private static string NameOf(ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key) =>
        $"{System.Convert.ToHexString(ns.Span)}/{System.Convert.ToHexString(key.Span)}";
}
