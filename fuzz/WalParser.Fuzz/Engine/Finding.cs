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

    /// <summary>What it is: the rule or the exception, and, for a crash, the places in the libraries where it came up. One signature is one bug, as far as one can tell.</summary>
    public string Signature { get; } = SignatureOf(Failure);

    /// <summary>A short name made of the signature.</summary>
    public string Name => $"{KindOf(Failure)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Signature)))[..8]}";

    public static string SignatureOf(Exception failure) => failure switch
    {
        OracleException oracle => oracle.Rule,
        StepLimitException => nameof(StepLimitException), // Where the limit was reached is chance.
        _ => $"{failure.GetType().Name} {string.Join(" < ", PlacesOf(failure))}",
    };

    private static string KindOf(Exception failure) => failure switch
    {
        OracleException oracle => oracle.Rule.Replace(' ', '-'),
        StepLimitException => "hang",
        _ => failure.GetType().Name,
    };

    private static IEnumerable<string> PlacesOf(Exception failure) =>
        new StackTrace(failure).GetFrames()
            .Select(DiagnosticMethodInfo.Create)
            .Where(method => method?.DeclaringTypeName?.StartsWith("WalParser.", StringComparison.Ordinal) == true
                && !method.DeclaringTypeName.StartsWith("WalParser.Fuzz.", StringComparison.Ordinal))
            .Select(method => $"{method!.DeclaringTypeName}.{method.Name}")
            .Take(Frames);
}
