using System.Globalization;
using WalParser.Kvrocks.Replay;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replay;

/// <summary>A list of what a server refused, as an earlier replay wrote it.</summary>
internal sealed class RefusedList
{
    private readonly List<RefusedKey> _keys = [];

    private RefusedList()
    {
    }

    public IReadOnlyCollection<RefusedKey> Keys => _keys;

    /// <summary>The numbers of the checkpoint between which the list has everything; null if it was not completed.</summary>
    public (ulong Confirmed, ulong Executed)? Range { get; private set; }

    /// <summary>Reports what a replay of the list has not brought because it does not fit these logs, and returns the exit code.</summary>
    public int ReportRest(ToolConsole console, ReplayOptions options, ReplayResult result)
    {
        int exitCode = ExitCode.Clean;
        ulong state = result.HealedSequence ?? 0;
        ulong last = _keys.Max(key => key.Sequence);
        if (last > state)
        {
            console.Say(
                $"the list of --only has commands up to sequence number {last}, but the keys were brought to the state at {state}, which "
                + "lacks the later ones: give the logs to which the list belongs");
            exitCode = ExitCode.Damage;
        }

        long others = _keys.LongCount(key => !key.Namespace.IsEmpty
            && options.Commands.Namespaces?.Any(ns => ns.Span.SequenceEqual(key.Namespace.Span)) == false);
        if (others > 0)
        {
            console.Say(
                $"{ReportText.Count(others, "key")} of the list of --only left out, because of other namespaces than those that were "
                + "chosen: give the options of the replay to which the list belongs");
            exitCode = ExitCode.Damage;
        }

        return exitCode;
    }

    /// <summary>Reads a list. Returns null, and the error, if it cannot be read.</summary>
    public static RefusedList? Read(string path, out string error)
    {
        var list = new RefusedList();
        error = "";
        int number = 0;
        try
        {
            foreach (string text in File.ReadLines(path))
            {
                number++;
                if (RefusedLine.Parse(text) is not { } line)
                {
                    error = string.Create(
                        CultureInfo.InvariantCulture,
                        $"--only {path}: line {number} is not one of a list that 'replay' writes (--refused)");
                    return null;
                }

                list.Range = line.Range;
                if (line.Key is { } key)
                {
                    list._keys.Add(key);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"--only {path}: {e.Message}";
            return null;
        }

        error = list._keys.Count > 0 ? "" : $"--only {path}: the list contains no key";
        return list._keys.Count > 0 ? list : null;
    }
}
