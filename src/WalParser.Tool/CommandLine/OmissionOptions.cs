using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the options that leave out what a server may refuse.</summary>
internal static class OmissionOptions
{
    /// <summary>Creates the option <c>--no-json</c>.</summary>
    public static Option<bool> Json() => new("--no-json")
    {
        Description = "Omit JSON documents, for a server without JSON.SET.",
    };

    /// <summary>Creates the option <c>--no-field-expiry</c>.</summary>
    public static Option<bool> FieldExpiry() => new("--no-field-expiry")
    {
        Description = "Omit the expiry of fields of hashes, for a server without HPEXPIREAT (Redis before 7.4).",
    };
}
