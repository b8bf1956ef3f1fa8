using System.Globalization;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares sortedints of Kvrocks, whose pages SIRANGEBYVALUE returns in order. SIRANGE does not return the number 0: it begins after its
/// cursor, which is 0 at the beginning.
/// </summary>
internal static class SortedIntComparison
{
    public static async Task CompareAsync(ComparedKey key)
    {
        int size = ReadServer.ElementsPerPage(key.Key.ElementsSize, key.Key.ElementCount);
        using IEnumerator<ulong> logs = key.Key.SortedInts().GetEnumerator();
        bool hasLogs = logs.MoveNext();
        ulong? last = null;
        while (!key.Differences.IsFull)
        {
            string from = last is { } number ? string.Create(CultureInfo.InvariantCulture, $"({number}") : "-inf";
            object[] command = ["SIRANGEBYVALUE", key.Name, from, "+inf", "LIMIT", 0, size];
            RespValue[] page = await key.Server.ItemsAsync(command).ConfigureAwait(false);
            foreach (RespValue item in page)
            {
                if (!ulong.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong server) || server <= last)
                {
                    throw key.Server.Unexpected(command, item);
                }

                last = server;
                for (; hasLogs && logs.Current < server; hasLogs = logs.MoveNext())
                {
                    AddMissing(key, logs.Current);
                }

                if (hasLogs && logs.Current == server)
                {
                    hasLogs = logs.MoveNext();
                }
                else if (key.IsComplete)
                {
                    key.Differences.Add(ComparedPart.Member, ReadServer.Argument(server), null, ComparedValue.Of(server));
                }
            }

            if (page.Length == 0)
            {
                break;
            }
        }

        for (; hasLogs && !key.Differences.IsFull; hasLogs = logs.MoveNext())
        {
            AddMissing(key, logs.Current);
        }
    }

    private static void AddMissing(ComparedKey key, ulong number) =>
        key.Differences.Add(ComparedPart.Member, ReadServer.Argument(number), ComparedValue.Of(number), null);
}
