using System.Reflection;
using System.Runtime.CompilerServices;

namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// Runs the class constructors of an assembly before anything is fuzzed. Otherwise they would run during an execution and add to its
/// coverage, and if the step limit ended one of them, no later execution could use its type.
/// </summary>
internal static class ClassConstructors
{
    /// <summary>Runs the class constructors of all types except generic ones, which have one for each instantiation.</summary>
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
                // The runtime stores the exception and throws it again where the type is used. The execution that uses the type reports it.
            }
        }
    }
}
