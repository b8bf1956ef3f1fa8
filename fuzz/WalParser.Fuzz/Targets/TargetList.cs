namespace WalParser.Fuzz.Targets;

/// <summary>All targets.</summary>
internal static class TargetList
{
    /// <summary>A new one of each.</summary>
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

    /// <summary>A new one of that name, or null.</summary>
    public static FuzzTarget? Create(string name) => Create().FirstOrDefault(target => target.Name == name);
}
