namespace WalParser.Manifests;

/// <summary>A WAL that the MANIFEST tracks (<c>track_and_verify_wals_in_manifest</c>), written when the WAL is created or synced.</summary>
/// <param name="LogNumber">The log number of the WAL.</param>
/// <param name="SyncedSize">The number of bytes of the WAL that are known to be on disk; null if the WAL was only created.</param>
public readonly record struct WalAddition(ulong LogNumber, ulong? SyncedSize);
