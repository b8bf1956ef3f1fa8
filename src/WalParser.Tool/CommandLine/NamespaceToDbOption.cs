using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--namespace-to-db</c>.</summary>
internal static class NamespaceToDbOption
{
    /// <summary>Creates the option that maps namespaces to databases, which commands do that create or read keys of a server.</summary>
    public static Option<string[]> Create() =>
        Create("The default namespace uses database 0 unless this option says otherwise.");

    /// <summary>Creates the option that maps namespaces to databases.</summary>
    /// <param name="byDefault">Which databases the command takes for the namespaces that are not named.</param>
    public static Option<string[]> Create(string byDefault) => new("--namespace-to-db")
    {
        Description = "The database for the keys of a namespace; may be given several times. " + byDefault,
        HelpName = "NS=DB",
        DefaultValueFactory = _ => [],
    };
}
