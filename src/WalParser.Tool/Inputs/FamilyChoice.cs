using System.Globalization;

namespace WalParser.Tool.Inputs;

/// <summary>The column families that were asked for, by ids and by names.</summary>
internal sealed class FamilyChoice
{
    private readonly List<uint> _ids = [];
    private readonly List<string> _names = [];

    /// <param name="words">Ids and names. What is a number is an id, also if a family has such a name.</param>
    public FamilyChoice(IEnumerable<string> words)
    {
        foreach (string word in words)
        {
            if (uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
            {
                _ids.Add(id);
            }
            else
            {
                _names.Add(word);
            }
        }
    }

    /// <summary>What is wrong with the names; null if each is known in some database.</summary>
    public string? Fault(ColumnFamilies families)
    {
        IReadOnlyList<string> known = families.AllNames;
        return _names.Find(name => !known.Contains(name)) is not { } unknown ? null
            : known.Count == 0 ? $"--column-family {unknown}: there is no MANIFEST that names column families, so give their ids"
            : $"--column-family {unknown}: there is no such column family; there are {string.Join(", ", known)}";
    }

    /// <summary>The ids in one database; null if all families are asked for.</summary>
    public IReadOnlyCollection<uint>? IdsIn(FamilyNames names) =>
        _ids.Count + _names.Count == 0 ? null : [.. _ids, .. _names.SelectMany(names.IdsOf)];
}
