using System.Globalization;
using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.RocksDb.Tests.Databases;

/// <summary>Damages the WALs of a folder, as disks, copies and crashes do, and describes the damage.</summary>
internal sealed class Damage
{
    private const int HeaderSize = 7;
    private const int PageSize = 4096;

    private readonly string _folder;
    private readonly Random _random;

    private Damage(string folder, Random random)
    {
        _folder = folder;
        _random = random;
    }

    /// <summary>Damages one to three of the WALs and returns a description. Returns null if all WALs are empty.</summary>
    public static async Task<string?> InflictAsync(string folder, Random random)
    {
        var damage = new Damage(folder, random);
        List<string> done = [];
        for (int left = random.Next(4) == 0 ? random.Next(2, 4) : 1; left > 0; left--)
        {
            if (await damage.InflictAsync() is { } what)
            {
                done.Add(what);
            }
        }

        return done.Count > 0 ? string.Join("; ", done) : null;
    }

    private async Task<string?> InflictAsync()
    {
        string[] logs =
        [
            .. Directory.EnumerateFiles(_folder, "*.log").Where(path => new FileInfo(path).Length > 0).Order(StringComparer.Ordinal),
        ];
        if (logs.Length == 0)
        {
            return null;
        }

        string path = logs[_random.Next(logs.Length)];
        string other = logs[_random.Next(logs.Length)];
        switch (_random.Next(20))
        {
            case 0:
                File.Delete(path);
                return $"{Path.GetFileName(path)} removed";
            case 1:
                File.WriteAllBytes(path, []);
                return $"{Path.GetFileName(path)} emptied";
            case 2 when path != other:
                byte[] swapped = File.ReadAllBytes(path);
                File.WriteAllBytes(path, File.ReadAllBytes(other));
                File.WriteAllBytes(other, swapped);
                return $"{Path.GetFileName(path)} and {Path.GetFileName(other)} swapped";
            default:
                byte[] log = File.ReadAllBytes(path);
                (byte[] damaged, string what) = Change(log, await PartsOfAsync(path, log), File.ReadAllBytes(other));
                File.WriteAllBytes(path, damaged);
                return $"{Path.GetFileName(path)} {what}";
        }
    }

    /// <param name="log">The WAL.</param>
    /// <param name="parts">The offsets of its records, and its end.</param>
    /// <param name="other">A WAL of the same database, which may be the same WAL.</param>
    private (byte[] Log, string What) Change(byte[] log, List<int> parts, byte[] other)
    {
        int at = _random.Next(log.Length);
        int part = _random.Next(parts.Count - 1);
        int next = _random.Next(part + 1, Math.Min(parts.Count, part + 4));
        (int from, int to) = (parts[part], parts[next]);
        switch (_random.Next(14))
        {
            case 0 or 1:
                return Flip(log, at);
            case 2 or 3:
                return Flip(log, Math.Min(from + _random.Next(HeaderSize), log.Length - 1));
            case 4:
                return (log[..at], Said($"cut at {at}"));
            case 5:
                return (log[..from], Said($"cut at {from}, where a record begins"));
            case 6:
                return Zero(log, at, Math.Min(log.Length, at + _random.Next(1, 200)));
            case 7:
                return Zero(log, at / PageSize * PageSize, Math.Min(log.Length, (at / PageSize * PageSize) + PageSize));
            case 8:
                return ([.. log[..from], .. log[to..]], Said($"records from {from} to {to} removed"));
            case 9:
                int end = Math.Min(log.Length, at + _random.Next(1, 300));
                return ([.. log[..at], .. log[end..]], Said($"bytes from {at} to {end} removed"));
            case 10:
                int last = parts[_random.Next(next, parts.Count)];
                byte[] swapped = [.. log[..from], .. log[to..last], .. log[from..to], .. log[last..]];
                return (swapped, Said($"{from} to {to} and {to} to {last} swapped"));
            case 11:
                return ([.. log, .. log[from..to]], Said($"records from {from} to {to} appended again"));
            case 12:
                return ([.. log, .. other], Said($"{other.Length} bytes of a WAL appended"));
            default:
                byte[] appended = new byte[_random.Next(1, 40_000)];
                if (_random.Next(2) == 0)
                {
                    _random.NextBytes(appended);
                }

                string kind = appended.All(b => b == 0) ? "zeros" : "anything";
                return ([.. log, .. appended], Said($"{appended.Length} bytes of {kind} appended"));
        }
    }

    private (byte[] Log, string What) Flip(byte[] log, int at)
    {
        int bit = _random.Next(8);
        log[at] ^= (byte)(1 << bit);
        return (log, Said($"bit {bit} flipped at {at}"));
    }

    private static (byte[] Log, string What) Zero(byte[] log, int from, int to)
    {
        log.AsSpan(from, to - from).Clear();
        return (log, Said($"zeroed from {from} to {to}"));
    }

    private static async Task<List<int>> PartsOfAsync(string path, byte[] log)
    {
        List<int> parts = [];
        var options = new WalReaderOptions { LogNumber = new WalFile(path).LogNumber };
        await using WalReader reader = WalReader.Create(new MemoryStream(log), options);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                parts.Add((int)reader.Record.Offset);
            }
        }

        return [.. parts.Prepend(0).Append(log.Length).Distinct()];
    }

    private static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
