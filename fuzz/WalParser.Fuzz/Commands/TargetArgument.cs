using System.CommandLine;
using System.CommandLine.Parsing;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary>The argument and the option that select a target.</summary>
internal static class TargetArgument
{
    private static string Names => string.Join(", ", TargetList.Create().Select(target => target.Name));

    public static Argument<FuzzTarget> Create() => new("TARGET")
    {
        Description = $"The target: {Names}.",
        CustomParser = Parse,
    };

    /// <summary>Creates the option for commands that otherwise derive the target from the file's folder.</summary>
    public static Option<FuzzTarget?> CreateOption() => new("--target")
    {
        Description = "The target; the default is the name of the file's folder.",
        CustomParser = Parse,
    };

    /// <summary>Returns the target of an input: the given target, or the target that has the name of the file's folder.</summary>
    /// <exception cref="IOException">There is no such target, or no such file.</exception>
    public static FuzzTarget Of(FuzzTarget? given, string file) =>
        !File.Exists(file) ? throw new FileNotFoundException($"{file}: the file does not exist")
        : given
        ?? TargetList.Create(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) ?? "")
        ?? throw new IOException($"{file}: the target is unknown; specify --target with one of: {Names}");

    private static FuzzTarget Parse(ArgumentResult result)
    {
        string name = result.Tokens[^1].Value;
        FuzzTarget? target = TargetList.Create(name);
        if (target is null)
        {
            result.AddError($"There is no target '{name}'. The targets are: {Names}");
        }

        return target!;
    }
}
