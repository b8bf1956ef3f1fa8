namespace WalParser.Fuzz.Targets;

/// <summary>All targets.</summary>
internal static class TargetList
{
    /// <summary>Creates one instance of each target.</summary>
    public static IReadOnlyList<FuzzTarget> Create() =>
    [
        new FramingTarget(),
        new BatchTarget(),
        new ZstdTarget(),
        new Lz4Target(),
        new SnappyTarget(),
        new ManifestTarget(),
        new BlobTarget(),
        new KvrocksTarget(),
        new RoundTripTarget(),
        new DifferentialTarget(),
        new SalvageTarget(),
        new RecoveryTarget(),
    ];

    /// <summary>Creates the target with the given name, or returns null.</summary>
    public static FuzzTarget? Create(string name) => Create().FirstOrDefault(target => target.Name == name);
}
