namespace WalParser.Tool.Servers;

/// <summary>The errors of servers, for messages.</summary>
internal static class ServerWords
{
    /// <summary>Returns an error without the arguments of the command, which Redis repeats, and without a full stop.</summary>
    public static string WithoutArguments(string error)
    {
        int arguments = error.IndexOf(", with args", StringComparison.OrdinalIgnoreCase);
        return (arguments < 0 ? error : error[..arguments]).TrimEnd('.');
    }
}
