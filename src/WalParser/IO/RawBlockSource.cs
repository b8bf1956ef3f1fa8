namespace WalParser.IO;

/// <summary>A source that reads the bytes of an input without changing them.</summary>
internal abstract class RawBlockSource : BlockSource
{
    /// <summary>Whether the input is read without waiting, so that <see cref="BlockSource.TryFill"/> always completes a block.</summary>
    public abstract bool IsSynchronous { get; }

    /// <summary>
    /// Returns the input as a stream, from its first byte. Must be called before a second block is read. The stream takes over the input:
    /// disposing it closes the input, and the source reads nothing more.
    /// </summary>
    public abstract Stream IntoStream();
}
