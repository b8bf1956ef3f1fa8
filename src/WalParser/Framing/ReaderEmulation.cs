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
}
