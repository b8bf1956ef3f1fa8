using System.Text.RegularExpressions;

namespace WalParser.Fuzz.Generation;

/// <summary>The names of kinds, as they are typed and as the manifest has them: <c>missing-start</c>.</summary>
internal static partial class KindName
{
    /// <summary>All of them.</summary>
    public static string All => string.Join(", ", Enum.GetValues<HostileKind>().Select(Of));

    public static string Of(HostileKind kind) => Capital().Replace(kind.ToString(), "-$0").ToLowerInvariant();

    /// <summary>The kind of that name; case does not matter, nor do hyphens.</summary>
    public static bool TryParse(string name, out HostileKind kind) =>
        Enum.TryParse(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out kind) && Enum.IsDefined(kind) && !char.IsDigit(name, 0);

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
