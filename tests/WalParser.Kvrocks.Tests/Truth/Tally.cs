using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>The counts and the differences of a run.</summary>
internal sealed class Tally
{
    private readonly List<string> _differences = [];
    private int _rounds;
    private int _different;
    private long _commands;
    private long _keys;

    /// <summary>The commands of the server that are driven.</summary>
    public SortedSet<string> Driven { get; } = new(StringComparer.Ordinal);

    /// <summary>The commands of the server that write and are not driven.</summary>
    public SortedSet<string> NotDriven { get; } = new(StringComparer.Ordinal);

    /// <summary>The commands that the server executed at least once.</summary>
    public SortedSet<string> Accepted { get; } = new(StringComparer.Ordinal);

    /// <summary>The differences, each with the seed of its round.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>Counts a round.</summary>
    public void Count(int commands, int keys)
    {
        _rounds++;
        _commands += commands;
        _keys += keys;
    }

    /// <summary>Adds the differences of a round.</summary>
    public void Add(int seed, IEnumerable<string> differences)
    {
        _different++;
        _differences.AddRange(differences.Select(difference => $"seed {seed}: {difference}"));
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{_rounds} rounds, {_commands} commands, {_keys} keys; {_different} rounds with {_differences.Count} differences");
        foreach (string name in NotDriven)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"not driven: {name}");
        }

        foreach (string name in Driven.Except(Accepted))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"never accepted: {name}");
        }

        return text.ToString();
    }
}
