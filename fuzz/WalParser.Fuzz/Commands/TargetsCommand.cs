using System.CommandLine;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Commands;

/// <summary><c>targets</c>: lists the targets.</summary>
internal static class TargetsCommand
{
    public static Command Create(TextWriter output)
    {
        var names = new Option<bool>("--names") { Description = "Lists only the names." };
        var command = new Command("targets", "Lists the targets.") { names };
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
