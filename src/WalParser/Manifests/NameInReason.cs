using System.Globalization;

namespace WalParser.Manifests;

/// <summary>
/// The form of a name in the reason of a finding. A MANIFEST can contain a name of any length once and refer to it in many edits of a few
/// bytes, so that the reasons must not repeat the whole name.
/// </summary>
internal static class NameInReason
{
    private const int Longest = 60;

    /// <summary>Returns the name or, if it is long, its first characters and its length.</summary>
    public static string Of(string name)
    {
        if (name.Length <= Longest)
        {
            return name;
        }

        int end = char.IsHighSurrogate(name[Longest - 1]) ? Longest - 1 : Longest;
        return string.Create(CultureInfo.InvariantCulture, $"{name[..end]}... ({name.Length} characters)");
    }
}
