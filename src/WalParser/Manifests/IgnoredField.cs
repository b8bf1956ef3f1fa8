namespace WalParser.Manifests;

/// <summary>A field that this library does not know and that its writer marked as safe to ignore.</summary>
/// <param name="Tag">The field's tag.</param>
/// <param name="Size">The size of the field's body, in bytes.</param>
public readonly record struct IgnoredField(uint Tag, int Size);
