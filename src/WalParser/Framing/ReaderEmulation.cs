namespace WalParser.Framing;

/// <summary>
/// Makes a reader read a log as <c>log::Reader</c> of a release of RocksDB does, including what RocksDB gets wrong: a type that RocksDB
/// uses as a code of its own has the effect of that code (<c>ReadPhysicalRecord</c>). A reader without it reads everything that can be
/// read.
/// </summary>
/// <param name="traits">The traits of the release.</param>
/// <param name="observer">Receives what the entries of the reader do not show.</param>
internal sealed class ReaderEmulation(ReleaseTraits traits, IReaderObserver observer)
{
    /// <summary>The traits of the release.</summary>
    public ReleaseTraits Traits => traits;

    /// <summary>Receives what the entries of the reader do not show.</summary>
    public IReaderObserver Observer => observer;

    /// <summary>Returns the result that RocksDB takes a fragment of a type for; null if the type is none of its codes.</summary>
    public FragmentReader.Outcome? OutcomeOf(FragmentType type) => ((byte)type - (byte)traits.LastType) switch
    {
        1 => FragmentReader.Outcome.EndOfFile,
        2 => FragmentReader.Outcome.Zeros,
        3 => FragmentReader.Outcome.TruncatedHeader,
        4 => FragmentReader.Outcome.OldRecord,
        5 => FragmentReader.Outcome.BadLength,
        6 => FragmentReader.Outcome.BadChecksum,
        _ => null,
    };
}
