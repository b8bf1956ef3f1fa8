namespace WalParser.Manifests;

/// <summary>A WAL that the MANIFEST tracks (<c>track_and_verify_wals_in_manifest</c>), when it is created or synced.</summary>
/// <param name="LogNumber">Its log number.</param>
/// <param name="SyncedSize">How many of its bytes are known to be on disk; null when it was only created.</param>
public readonly record struct WalAddition(ulong LogNumber, ulong? SyncedSize);
