namespace WalParser.Manifests;

/// <summary>A field that is not known here, and that its writer has marked as one that may be ignored.</summary>
/// <param name="Tag">Its tag.</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct IgnoredField(uint Tag, int Size);
