using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace WalParser.Fuzz.Instrumentation;

/// <summary>
/// Rewrites an assembly so that each of its basic blocks calls <see cref="EdgeMap.Enter"/>, and collects the constants that its code
/// compares with.
/// </summary>
internal sealed class AssemblyInstrumenter(string folder)
{
    private readonly SortedSet<long> _constants = [];
    private int _blocks;

    /// <summary>The number of blocks that were instrumented so far, in all assemblies.</summary>
    public int Blocks => _blocks;

    /// <summary>The constants in the code that random bytes are unlikely to match, such as magic numbers.</summary>
    public IReadOnlyCollection<long> Constants => _constants;

    /// <summary>Writes an instrumented copy of the assembly at <paramref name="source"/>.</summary>
    /// <param name="source">The assembly.</param>
    /// <param name="destination">The path of the copy.</param>
    /// <param name="includes">Returns true for the full names of the types to instrument. The default is all types.</param>
    public void Instrument(string source, string destination, Func<string, bool>? includes = null)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(folder);
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(source, new ReaderParameters { AssemblyResolver = resolver });
        System.Reflection.MethodInfo enter = typeof(EdgeMap).GetMethod(nameof(EdgeMap.Enter))!;
        MethodReference reference = assembly.MainModule.ImportReference(enter);
        foreach (TypeDefinition type in assembly.MainModule.GetTypes().Where(type => includes is null || includes(type.FullName)))
        {
            foreach (MethodDefinition method in type.Methods.Where(method => method.HasBody))
            {
                Instrument(method.Body, reference);
            }
        }

        assembly.Write(destination);
    }

    private void Instrument(MethodBody body, MethodReference enter)
    {
        body.SimplifyMacros();
        NoteConstants(body);
        ILProcessor code = body.GetILProcessor();
        var moved = new Dictionary<Instruction, Instruction>();
        foreach (Instruction leader in FindLeaders(body))
        {
            Instruction first = Instruction.Create(OpCodes.Ldc_I4, NextId());
            code.InsertBefore(leader, first);
            code.InsertBefore(leader, Instruction.Create(OpCodes.Call, enter));
            moved.Add(leader, first);
        }

        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target && moved.TryGetValue(target, out Instruction? first))
            {
                instruction.Operand = first;
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                instruction.Operand = targets.Select(label => moved.GetValueOrDefault(label, label)).ToArray();
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = Moved(handler.TryStart);
            handler.TryEnd = Moved(handler.TryEnd);
            handler.HandlerStart = Moved(handler.HandlerStart);
            handler.HandlerEnd = Moved(handler.HandlerEnd);
            handler.FilterStart = Moved(handler.FilterStart);
        }

        body.OptimizeMacros();

        Instruction? Moved(Instruction? label) => label is null ? null : moved.GetValueOrDefault(label, label);
    }

    /// <summary>Finds the first instructions of the basic blocks.</summary>
    private static List<Instruction> FindLeaders(MethodBody body)
    {
        HashSet<Instruction> leaders = [body.Instructions[0]];
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target)
            {
                leaders.Add(target);
            }
            else if (instruction.Operand is Instruction[] targets)
            {
                leaders.UnionWith(targets);
            }

            if (instruction.OpCode.FlowControl == FlowControl.Cond_Branch && instruction.Next is not null)
            {
                leaders.Add(instruction.Next);
            }
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            leaders.Add(handler.HandlerStart);
            if (handler.FilterStart is not null)
            {
                leaders.Add(handler.FilterStart);
            }
        }

        // An instruction cannot be separated from the prefixes before it.
        return
        [
            .. body.Instructions.Where(instruction =>
                leaders.Contains(instruction) && instruction.Previous?.OpCode.OpCodeType != OpCodeType.Prefix),
        ];
    }

    private void NoteConstants(MethodBody body)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            long? constant = instruction.Operand switch
            {
                int value when instruction.OpCode == OpCodes.Ldc_I4 => value,
                long value => value,
                _ => null,
            };
            if (constant is > 255 or < -1)
            {
                _constants.Add(constant.Value);
            }
        }
    }

    /// <summary>Returns the next id. The ids are spread over the map, in the same order for every build of the same code.</summary>
    private int NextId() => (int)((uint)_blocks++ * 0x9E3779B1u >> 16);
}
