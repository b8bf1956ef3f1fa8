using System.Text.RegularExpressions;

namespace WalParser.Testing.Generation;

/// <summary>The names of kinds on a command line and in a manifest, such as <c>missing-start</c>.</summary>
public static partial class HostileKindName
{
    /// <summary>All names, with commas between them.</summary>
    public static string All => string.Join(", ", Enum.GetValues<HostileKind>().Select(Of));

    /// <summary>Returns the name of a kind.</summary>
    public static string Of(HostileKind kind) => Capital().Replace(kind.ToString(), "-$0").ToLowerInvariant();

    /// <summary>Finds the kind with a name. Case and hyphens have no effect.</summary>
    /// <returns>Whether there is such a kind.</returns>
    public static bool TryParse(string name, out HostileKind kind)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Enum.TryParse(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out kind)
            && Enum.IsDefined(kind) && !char.IsDigit(name, 0);
    }

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
