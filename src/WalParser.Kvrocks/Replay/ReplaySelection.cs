using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WalParser.Kvrocks.Commands;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// What a replay brings over, as far as its checkpoint must tell: a checkpoint passes everything that the replay did not select, so another
/// selection cannot continue it.
/// </summary>
internal static class ReplaySelection
{
    private const string Json = "json";
    private const string FieldExpiry = "fieldExpiry";
    private const string Advice = " Omit them now, too, or give another key for the checkpoint";

    /// <summary>Returns a digest of the namespaces with their databases, the kind of the target, and what a raw replay selects.</summary>
    public static string DigestOf(ReplayOptions options)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{options.Commands.Target} {options.IsRaw} {options.Slots}");
        IEnumerable<ReadOnlyMemory<byte>> namespaces = options.Commands.Namespaces ?? [];
        foreach (string line in namespaces.Select(LineOf).Order(StringComparer.Ordinal))
        {
            text.Append(line);
        }

        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Convert.ToHexStringLower(digest.AsSpan(0, sizeof(ulong)));

        string LineOf(ReadOnlyMemory<byte> ns) => string.Create(
            CultureInfo.InvariantCulture, $"\n{Convert.ToHexStringLower(ns.Span)} {options.DatabaseOf?.Invoke(ns) ?? -1}");
    }

    /// <summary>Returns what the options omit, separated by commas; null if nothing.</summary>
    public static string? OmissionsOf(CommandOptions options)
    {
        List<string> omitted = [];
        if (!options.WithJson)
        {
            omitted.Add(Json);
        }

        if (!options.WithFieldExpiry)
        {
            omitted.Add(FieldExpiry);
        }

        return omitted.Count == 0 ? null : string.Join(',', omitted);
    }

    /// <summary>Whether a text is a list that <see cref="OmissionsOf"/> returns.</summary>
    public static bool IsOmissions(string text) => text.Split(',').All(name => name is Json or FieldExpiry);

    /// <summary>Returns why a replay with these options cannot continue the checkpoint; null if it can.</summary>
    public static string? ReasonAgainst(Checkpoint checkpoint, ReplayOptions options)
    {
        if (checkpoint.Selection is { } selection && selection != DigestOf(options))
        {
            return "was made by a replay of other namespaces, to other databases or for another kind of server, and passes what that "
                + "replay left out. Give the same options as then, or another key for the checkpoint";
        }

        string[] present = OmissionsOf(options.Commands)?.Split(',') ?? [];
        string? missing = checkpoint.Omissions?.Split(',').FirstOrDefault(name => !present.Contains(name));
        return missing switch
        {
            null => null,
            Json => "was made by a replay without JSON documents, and passes them." + Advice,
            _ => "was made by a replay without the expiries of fields, and passes them." + Advice,
        };
    }
}
