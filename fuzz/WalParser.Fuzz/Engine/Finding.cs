using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>Something that is wrong, and an input that shows it.</summary>
/// <param name="Input">The input.</param>
/// <param name="Failure">What came of it.</param>
internal sealed record Finding(byte[] Input, Exception Failure)
{
    private const int Frames = 3;

    /// <summary>
    /// What it is: the rule or the exception, and, for a crash, the places in the libraries where it came up. One signature is one bug, as far as one can
    /// tell; where nothing tells, one input is.
    /// </summary>
    public string Signature { get; } = Failure is LostProcessException ? $"{SignatureOf(Failure)} {HashOf(Input)}" : SignatureOf(Failure);

    /// <summary>A name made of the signature and the input: no other finding has it.</summary>
    public string Name => $"{KindOf(Failure)}-{HashOf(Encoding.UTF8.GetBytes(Signature))}-{HashOf(Input)}";

    public static string SignatureOf(Exception failure) => failure switch
    {
        OracleException oracle => oracle.Rule,
        StepLimitException hang => $"hang {hang.Place}",
        LostProcessException lost => lost.Kind,
        _ => $"{failure.GetType().Name} {string.Join(" < ", PlacesOf(failure).Take(Frames))}",
    };

    /// <summary>The methods of the libraries through which an exception came, the innermost first.</summary>
    public static IEnumerable<string> PlacesOf(Exception failure) =>
        new StackTrace(failure).GetFrames()
            .Select(DiagnosticMethodInfo.Create)
            .Where(method => method?.DeclaringTypeName?.StartsWith("WalParser.", StringComparison.Ordinal) == true
                && method.DeclaringAssemblyName != typeof(Finding).Assembly.FullName)
            .Select(method => $"{method!.DeclaringTypeName}.{method.Name}");

    private static string KindOf(Exception failure) => failure switch
    {
        OracleException oracle => oracle.Rule.Replace(' ', '-'),
        StepLimitException => "hang",
        LostProcessException lost => lost.Kind,
        _ => failure.GetType().Name,
    };

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
}
