using System.CommandLine;

namespace WalParser.Fuzz.Commands;

/// <summary>Refuses values of options that make no sense.</summary>
internal static class OptionRange
{
    /// <summary>Makes any other value an error.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isAllowed">Whether a value is allowed.</param>
    /// <param name="allowed">What is, in words.</param>
    public static void MustBe<T>(this Option<T> option, Func<T?, bool> isAllowed, string allowed) =>
        option.Validators.Add(result =>
        {
            try
            {
                if (!isAllowed(result.GetValueOrDefault<T>()))
                {
                    result.AddError($"{option.Name} must be {allowed}.");
                }
            }
            catch (InvalidOperationException exception)
            {
                // It is no number at all: so the parser says when it is asked for one.
                result.AddError(exception.Message);
            }
        });
}
