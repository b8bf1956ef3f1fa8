using System.Reflection;
using System.Runtime.Loader;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>A method of <see cref="Toy"/>, in an instrumented copy of this assembly.</summary>
internal sealed class ToyTarget : FuzzTarget
{
    private readonly Action<byte[]> _run;

    private ToyTarget(Action<byte[]> run) => _run = run;

    public override string Name => "toy";

    public override string Description => "a planted bug";

    public override int MaxInputSize => 64;

    public static ToyTarget Create(string method)
    {
        string folder = Directory.CreateTempSubdirectory("walparser-fuzz-toy-").FullName;
        string copy = Path.Combine(folder, "WalParser.Fuzz.Tests.dll");
        string home = Path.GetDirectoryName(typeof(Toy).Assembly.Location)!;
        new AssemblyInstrumenter(home).Instrument(
            typeof(Toy).Assembly.Location, copy, name => name.StartsWith(typeof(Toy).FullName!, StringComparison.Ordinal));
        var context = new AssemblyLoadContext("toy");
        using var bytes = new MemoryStream(File.ReadAllBytes(copy));
        Assembly instrumented = context.LoadFromStream(bytes);
        Directory.Delete(folder, recursive: true);
        ClassConstructors.Run(instrumented);
        return new ToyTarget(instrumented.GetType(typeof(Toy).FullName!)!.GetMethod(method)!.CreateDelegate<Action<byte[]>>());
    }

    public override void Run(byte[] input) => _run([.. input]);
}
