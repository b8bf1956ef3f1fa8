using System.CommandLine;

namespace WalParser.Fuzz.Commands;

/// <summary>Rejects values of options that are out of range.</summary>
internal static class OptionRange
{
    /// <summary>Adds a validator that rejects every value that is not allowed.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isAllowed">Whether a value is allowed.</param>
    /// <param name="allowed">The allowed values, in words.</param>
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
                // The value is not a number. The parser throws when the value is requested.
                result.AddError(exception.Message);
            }
        });
}
