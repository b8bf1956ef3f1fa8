using System.Reflection;
using System.Runtime.CompilerServices;

namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// Runs the class constructors of an assembly before anything is fuzzed. Left to themselves they run within an execution, which they make
/// cover more than others of the same input; and if the limit on steps ends one, its type cannot be used by any later execution.
/// </summary>
internal static class ClassConstructors
{
    /// <summary>Runs those of all types but generic ones, which have one for each of their instances.</summary>
    public static void Run(Assembly assembly)
    {
        foreach (Type type in assembly.GetTypes().Where(type => !type.ContainsGenericParameters))
        {
            try
            {
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            }
            catch (TypeInitializationException)
            {
                // The runtime keeps it, and throws it again wherever the type is used: that is where it is found.
            }
        }
    }
}
