using System.CommandLine;
using System.CommandLine.Parsing;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary>What names a target on the command line.</summary>
internal static class TargetArgument
{
    private static string Names => string.Join(", ", TargetList.Create().Select(target => target.Name));

    public static Argument<FuzzTarget> Create() => new("TARGET")
    {
        Description = $"What to fuzz: {Names}.",
        CustomParser = Parse,
    };

    /// <summary>For commands that otherwise take the target from the file's folder.</summary>
    public static Option<FuzzTarget?> CreateOption() => new("--target")
    {
        Description = "The target; by default the name of the folder in which the file lies.",
        CustomParser = Parse,
    };

    /// <summary>The target of an input: the one given, or the one whose folder it lies in.</summary>
    /// <exception cref="IOException">There is no such target, or no such file.</exception>
    public static FuzzTarget Of(FuzzTarget? given, string file) =>
        !File.Exists(file) ? throw new FileNotFoundException($"{file}: there is no such file")
        : given
        ?? TargetList.Create(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? "")
        ?? throw new IOException($"{file}: which target? Give --target: {Names}");

    private static FuzzTarget Parse(ArgumentResult result)
    {
        string name = result.Tokens[^1].Value;
        FuzzTarget? target = TargetList.Create(name);
        if (target is null)
        {
            result.AddError($"No target is called '{name}': {Names}");
        }

        return target!;
    }
}
