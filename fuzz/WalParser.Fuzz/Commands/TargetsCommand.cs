using System.CommandLine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>targets</c>: what there is to fuzz.</summary>
internal static class TargetsCommand
{
    public static Command Create(TextWriter output)
    {
        var names = new Option<bool>("--names") { Description = "The names alone." };
        var command = new Command("targets", "Lists what there is to fuzz.") { names };
        command.SetAction(parsed =>
        {
            foreach (FuzzTarget target in TargetList.Create())
            {
                output.WriteLine(parsed.GetValue(names) ? target.Name : $"{target.Name,-14}{target.Description}");
            }

            return FuzzCommand.Clean;
        });
        return command;
    }
}
