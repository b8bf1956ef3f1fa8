using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;

namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// The load context in which the fuzzer runs with instrumented copies of the libraries. The copies are created on first use in the folder
/// <c>instrumented</c> beside the fuzzer, and again after the libraries have changed.
/// </summary>
internal sealed class InstrumentedContext : AssemblyLoadContext
{
    private const string ContextName = "instrumented";

    private static readonly string[] Libraries = ["WalParser", "WalParser.Kvrocks"];

    private readonly string _home = AppContext.BaseDirectory;
    private readonly string _folder;

    public InstrumentedContext()
        : base(ContextName) => _folder = EnsureCopies(_home);

    /// <summary>Whether the calling code runs in such a context.</summary>
    public static bool IsCurrent => GetLoadContext(typeof(InstrumentedContext).Assembly)?.Name == ContextName;

    /// <summary>Reads the constants of the libraries, for the mutators. Returns none if the libraries are not instrumented.</summary>
    public static IReadOnlyList<long> ReadConstants()
    {
        string path = Path.Combine(AppContext.BaseDirectory, ContextName, "constants.txt");
        return File.Exists(path) ? [.. File.ReadLines(path).Select(line => long.Parse(line, CultureInfo.InvariantCulture))] : [];
    }

    /// <summary>Loads the fuzzer a second time, in this context.</summary>
    public Assembly LoadFuzzer() => LoadFromAssemblyPath(typeof(InstrumentedContext).Assembly.Location);

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        "WalParser.Fuzz" => LoadFuzzer(),

        // It uses the libraries, so this context must load it with their instrumented copies.
        "WalParser.Testing" => LoadFromAssemblyPath(Path.Combine(_home, "WalParser.Testing.dll")),
        string name when Libraries.Contains(name) => LoadFromAssemblyPath(Path.Combine(_folder, name + ".dll")),
        _ => null,
    };

    private static string EnsureCopies(string home)
    {
        string folder = Path.Combine(home, ContextName);
        string stamp = string.Join('\n', Libraries.Append("WalParser.Fuzz").Select(name => StampOf(Path.Combine(home, name + ".dll"))));
        string stampFile = Path.Combine(folder, "stamp.txt");
        if (File.Exists(stampFile) && File.ReadAllText(stampFile) == stamp)
        {
            return folder;
        }

        // Several processes may start at once. Each creates its own copies and moves them into the folder, one complete file at a time.
        string made = Directory.CreateTempSubdirectory("walparser-fuzz-").FullName;
        var instrumenter = new AssemblyInstrumenter(home);
        foreach (string name in Libraries)
        {
            instrumenter.Instrument(Path.Combine(home, name + ".dll"), Path.Combine(made, name + ".dll"));
        }

        File.WriteAllLines(
            Path.Combine(made, "constants.txt"), instrumenter.Constants.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        File.WriteAllText(Path.Combine(made, "stamp.txt"), stamp);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(made).OrderBy(file => file.EndsWith("stamp.txt", StringComparison.Ordinal)))
        {
            string target = Path.Combine(folder, Path.GetFileName(file));
            string beside = $"{target}.{Environment.ProcessId}";
            File.Copy(file, beside, overwrite: true);
            File.Move(beside, target, overwrite: true);
        }

        Directory.Delete(made, recursive: true);
        return folder;
    }

    private static string StampOf(string path) =>
        string.Create(
            CultureInfo.InvariantCulture, $"{Path.GetFileName(path)} {File.GetLastWriteTimeUtc(path).Ticks} {new FileInfo(path).Length}");
}
