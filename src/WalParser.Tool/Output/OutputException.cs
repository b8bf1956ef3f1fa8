namespace WalParser.Tool.Output;

/// <summary>
/// Writing the output failed. Not an <see cref="IOException"/>, so that nobody takes it for a failure of the input and goes on
/// reading.
/// </summary>
internal sealed class OutputException(Exception cause) : Exception(cause.GetBaseException().Message, cause)
{
    private const int UnixBrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    /// <summary>Whether the reader of the output has gone, as <c>head</c> does: no error, but a reason to stop.</summary>
    public bool IsClosedPipe => InnerException!.HResult is UnixBrokenPipe or WindowsBrokenPipe or WindowsPipeClosing;

    /// <summary>Whether an exception is the output's fault. A closed descriptor comes as one that may not be written to.</summary>
    public static bool IsCausedBy(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
