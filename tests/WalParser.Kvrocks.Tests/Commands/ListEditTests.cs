using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Commands;
using static WalParser.Kvrocks.Tests.Commands.Model.ModelKey;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// The commands turn any list into any other list. This class interprets the commands as Redis documents them.
/// </summary>
public class ListEditTests
{
    private static Gen<string[]> Lists => Gen.Elements("a", "b", "c", "\00", "").ArrayOf().Select(list => list.Take(12).ToArray());

    [Fact]
    public void Any_list_can_be_turned_into_any_other_list() =>
        Prop.ForAll(Lists.ToArbitrary(), Lists.ToArbitrary(), Check).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    /// <summary>Long lists with few changes in the middle, for which it would be expensive to push all elements again.</summary>
    [Fact]
    public void A_long_list_is_edited_in_the_middle() => Prop.ForAll(
        (from middle in Lists
         from other in Lists
         select (middle, other)).ToArbitrary(),
        lists =>
        {
            string[] left = [.. Enumerable.Range(0, 300).Select(i => $"left {i % 100}")];
            string[] right = [.. Enumerable.Range(0, 300).Select(i => $"right {i % 100}")];
            return Check([.. left, .. lists.middle, .. right], [.. left, .. lists.other, .. right]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData("a b a c a", "b c a", "LREM k 2 a")]
    [InlineData("a b a c a", "a b c", "LREM k -2 a")]
    [InlineData("a b c d e", "a b x c d e", "LINSERT k AFTER b x")]
    [InlineData("b b c d e f", "b b x c d e f", "LINSERT k BEFORE c x")]
    [InlineData("a b c d e", "a b x d e", "LSET k 2 x")]
    [InlineData("a b c", "a b", "RPOP k")]
    [InlineData("a b c d", "c d", "LPOP k 2")]
    [InlineData("a b", "a b c", "RPUSH k c")]
    [InlineData("a b", "d c a b", "LPUSH k c d")]
    [InlineData("a", "", "DEL k")]
    public void One_command_is_used_if_one_suffices(string before, string after, string command)
    {
        string[] first = before.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] second = after.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(command, Assert.Single(Commands(first, second)).ToString());
    }

    private static bool Check(string[] before, string[] after)
    {
        List<string> list = [.. before];
        IReadOnlyList<RedisCommand> commands = Commands(before, after);
        for (int i = 0; i < commands.Count; i++)
        {
            Run(list, [.. commands[i].Arguments.ToArray().Select(argument => Latin(argument.ToArray()))]);
            if (list.Count == 0 && (after.Length > 0 || i < commands.Count - 1))
            {
                return false;
            }
        }

        return list.SequenceEqual(after);
    }

    private static IReadOnlyList<RedisCommand> Commands(string[] before, string[] after)
    {
        var writer = new CommandWriter(1, Bytes("ns"), Bytes("k"));
        ListEdit.Plan([.. before.Select(Of)], [.. after.Select(Of)]).Write(writer);
        return writer.Commands;
    }

    private static ReadOnlyMemory<byte> Of(string text) => Bytes(text);

    private static void Run(List<string> list, string[] command)
    {
        switch (command[0])
        {
            case "DEL":
                list.Clear();
                break;
            case "RPUSH":
                list.AddRange(command[2..]);
                break;
            case "LPUSH":
                list.InsertRange(0, command[2..].Reverse());
                break;
            case "LPOP":
                list.RemoveRange(0, command.Length > 2 ? Number(command[2]) : 1);
                break;
            case "RPOP":
                int pops = command.Length > 2 ? Number(command[2]) : 1;
                list.RemoveRange(list.Count - pops, pops);
                break;
            case "LTRIM":
                Assert.Equal("-1", command[3]);
                list.RemoveRange(0, Number(command[2]));
                break;
            case "LSET":
                list[Number(command[2])] = command[3];
                break;
            case "LREM":
                LRem(list, Number(command[2]), command[3]);
                break;
            case "LINSERT":
                int pivot = list.IndexOf(command[3]);
                Assert.NotEqual(-1, pivot);
                list.Insert(command[2] == "BEFORE" ? pivot : pivot + 1, command[4]);
                break;
            default:
                Assert.Fail(command[0]);
                break;
        }
    }

    private static void LRem(List<string> list, int count, string element)
    {
        int left = count == 0 ? list.Count : Math.Abs(count);
        for (; left > 0; left--)
        {
            int at = count < 0 ? list.LastIndexOf(element) : list.IndexOf(element);
            if (at < 0)
            {
                return;
            }

            list.RemoveAt(at);
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
