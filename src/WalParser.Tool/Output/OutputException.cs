namespace WalParser.Tool.Output;

/// <summary>
/// The exception that is thrown when writing the output fails. It is not an <see cref="IOException"/>, so that it is not taken for a
/// failure of the input.
/// </summary>
internal sealed class OutputException(Exception cause) : Exception(cause.GetBaseException().Message, cause)
{
    private const int UnixBrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    /// <summary>
    /// Whether the reader of the output has closed the pipe, as <c>head</c> does. That is not an error, but ends the command.
    /// </summary>
    public bool IsClosedPipe => InnerException!.HResult is UnixBrokenPipe or WindowsBrokenPipe or WindowsPipeClosing;

    /// <summary>
    /// Returns true if an exception is caused by the output. A closed descriptor is reported as one without permission to write.
    /// </summary>
    public static bool IsCausedBy(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
