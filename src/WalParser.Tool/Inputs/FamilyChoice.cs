using System.Globalization;

namespace WalParser.Tool.Inputs;

/// <summary>The column families that the user selected by ids and names.</summary>
internal sealed class FamilyChoice
{
    private readonly List<uint> _ids = [];
    private readonly List<string> _names = [];

    /// <param name="words">Ids and names. A number is an id, even if a family has that name.</param>
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

    /// <summary>Returns the error in the selection, or null if each name is known in at least one database.</summary>
    public string? Fault(ColumnFamilies families)
    {
        IReadOnlyList<string> known = families.AllNames;
        return _names.Find(name => !known.Contains(name)) is not { } unknown ? null
            : known.Count == 0 ? $"--column-family {unknown}: there is no MANIFEST that names column families, so give their ids"
            : $"--column-family {unknown}: there is no such column family; there are {string.Join(", ", known)}";
    }

    /// <summary>Returns the selected ids in one database, or null if all families are selected.</summary>
    public IReadOnlyCollection<uint>? IdsIn(FamilyNames names) =>
        _ids.Count + _names.Count == 0 ? null : [.. _ids, .. _names.SelectMany(names.IdsOf)];
}
