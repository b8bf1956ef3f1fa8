using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--allow-uncompared</c>.</summary>
internal static class AllowUncomparedOption
{
    /// <summary>Creates the option that accepts a comparison with gaps.</summary>
    public static Option<bool> Create() => new("--allow-uncompared")
    {
        Description = "Exit with 0 also if something could not be compared. It is named nevertheless.",
    };
}
