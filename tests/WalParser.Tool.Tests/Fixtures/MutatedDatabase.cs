using WalParser.TestSupport.Files;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>A copy of a recorded database with a few changes that a seed determines, as crashes, disks and people make them.</summary>
internal sealed class MutatedDatabase : TempFolder
{
    private const int PageSize = 4096;

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<string> _changes = [];
    private readonly Random _random;

    private MutatedDatabase(int seed) => _random = new Random(seed);

    /// <summary>What was changed, for the message of a failed test.</summary>
    public string Changes => string.Join("; ", _changes);

    private string[] Logs => [.. _files.Keys.Where(name => name.EndsWith(".log", StringComparison.Ordinal))];

    /// <summary>Copies a folder and changes the copy.</summary>
    /// <param name="folder">The folder of a database, or of logs.</param>
    /// <param name="seed">The seed. The same folder and seed result in the same copy.</param>
    public static MutatedDatabase Of(string folder, int seed)
    {
        var copy = new MutatedDatabase(seed);
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // The content of table and blob files is not read; their numbers are.
            bool isRead = System.IO.Path.GetExtension(path) is not (".sst" or ".blob");
            copy._files.Add(System.IO.Path.GetRelativePath(folder, path).Replace('\\', '/'), isRead ? File.ReadAllBytes(path) : []);
        }

        int count = copy._random.Next(1, 4);
        while (copy._changes.Count < count && copy.Logs.Length > 0)
        {
            copy.Change();
        }

        foreach ((string name, byte[] content) in copy._files)
        {
            copy.Write(name, content);
        }

        return copy;
    }

    private void Change()
    {
        string log = Pick(Logs);
        byte[] bytes = _files[log];
        int at = _random.Next(bytes.Length + 1);
        int length = Math.Min(_random.Next(1, 200), bytes.Length - at);
        switch (_random.Next(11))
        {
            case 0 when at < bytes.Length:
                Set(log, $"flip {at}", [.. bytes[..at], (byte)(bytes[at] ^ (1 << _random.Next(8))), .. bytes[(at + 1)..]]);
                break;
            case 1:
                Set(log, $"cut at {at}", bytes[..at]);
                break;
            case 2:
                int page = at / PageSize * PageSize;
                int end = Math.Min(page + PageSize, bytes.Length);
                Set(log, $"zeros {page} to {end}", [.. bytes[..page], .. new byte[end - page], .. bytes[end..]]);
                break;
            case 3:
                Set(log, $"remove {length} at {at}", [.. bytes[..at], .. bytes[(at + length)..]]);
                break;
            case 4:
                Set(log, $"repeat {length} at {at}", [.. bytes[..(at + length)], .. bytes[at..]]);
                break;
            case 5:
                string other = Pick(Logs);
                _files[log] = _files[other];
                Set(other, $"exchange with {log}", bytes);
                break;
            case 6 when Logs.Length > 1:
                _files.Remove(log);
                _changes.Add($"{log}: remove");
                break;
            case 7:
                Rename(log);
                break;
            case 8:
                byte[] garbage = new byte[_random.Next(1, 300)];
                _random.NextBytes(garbage);
                Set(log, $"append {garbage.Length} bytes of garbage", [.. bytes, .. garbage]);
                break;
            case 9:
                int zeros = _random.Next(1, 9000);
                Set(log, $"append {zeros} zeros", [.. bytes, .. new byte[zeros]]);
                break;
            case 10 when _files.Keys.FirstOrDefault(name => name.StartsWith("MANIFEST-", StringComparison.Ordinal)) is { } manifest:
                DamageManifest(manifest);
                break;
        }
    }

    private void Rename(string log)
    {
        string name = $"{_random.Next(1, 60):D6}.log";
        if (_files.TryAdd(name, _files[log]))
        {
            _files.Remove(log);
            _changes.Add($"{log}: rename to {name}");
        }
    }

    private void DamageManifest(string manifest)
    {
        byte[] bytes = [.. _files[manifest]];
        int at = _random.Next(bytes.Length);
        switch (_random.Next(3))
        {
            case 0:
                _files.Remove(manifest);
                _changes.Add($"{manifest}: remove");
                break;
            case 1:
                Set(manifest, $"cut at {at}", bytes[..at]);
                break;
            default:
                bytes[at] ^= 0x10;
                Set(manifest, $"flip {at}", bytes);
                break;
        }
    }

    private void Set(string name, string change, byte[] content)
    {
        _files[name] = content;
        _changes.Add($"{name}: {change}");
    }

    private string Pick(string[] names) => names[_random.Next(names.Length)];
}
