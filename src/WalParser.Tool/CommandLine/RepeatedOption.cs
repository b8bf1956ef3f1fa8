using System.CommandLine;

namespace WalParser.Tool.CommandLine;

/// <summary>Makes the last of a repeated option count, so that a script or an alias can set an option that its user gives again.</summary>
internal static class RepeatedOption
{
    /// <summary>
    /// Lets an option with one value be given several times. Its parser takes the last value; the library itself would refuse the second.
    /// </summary>
    public static void LetLastCount(Option option)
    {
        if (option.Arity.MaximumNumberOfValues != 1 || option.ValueType == typeof(bool))
        {
            return;
        }

        option.Arity = new ArgumentArity(option.Arity.MinimumNumberOfValues, ArgumentArity.OneOrMore.MaximumNumberOfValues);
        if (option is Option<string?> { CustomParser: null } text)
        {
            text.CustomParser = result => result.Tokens[^1].Value;
        }
    }
}
