using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>A failure, and an input that causes it.</summary>
/// <param name="Input">The input.</param>
/// <param name="Failure">The exception.</param>
internal sealed record FuzzFinding(byte[] Input, Exception Failure)
{
    private const int Frames = 3;

    /// <summary>
    /// The identity of the finding: the rule or the exception, and, for a crash, the methods of the libraries in which it occurred. One
    /// signature stands for one bug as far as can be determined. Without such information, each input has a signature of its own.
    /// </summary>
    public string Signature { get; } = Failure is LostProcessException ? $"{SignatureOf(Failure)} {HashOf(Input)}" : SignatureOf(Failure);

    /// <summary>A unique name, derived from the signature and the input.</summary>
    public string Name => $"{KindOf(Failure)}-{HashOf(Encoding.UTF8.GetBytes(Signature))}-{HashOf(Input)}";

    public static string SignatureOf(Exception failure) => failure switch
    {
        OracleException oracle => oracle.Rule,
        StepLimitException hang => $"hang {hang.Place}",
        LostProcessException lost => lost.Kind,
        _ => $"{failure.GetType().Name} {string.Join(" < ", PlacesOf(failure).Take(Frames))}",
    };

    /// <summary>Returns the methods of the libraries in the stack of an exception, the innermost first.</summary>
    public static IEnumerable<string> PlacesOf(Exception failure) =>
        new StackTrace(failure).GetFrames()
            .Select(DiagnosticMethodInfo.Create)
            .Where(method => method?.DeclaringTypeName?.StartsWith("WalParser.", StringComparison.Ordinal) == true
                && method.DeclaringAssemblyName != typeof(FuzzFinding).Assembly.FullName)
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
