using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WalParser.TestSupport.Redis;

/// <summary>
/// Bytes in a state file: all of them (text, or <c>{"base64"}</c>), or only their number and SHA-256 (<c>{"bytes", "sha256"}</c>). Two
/// are equal when their number and their SHA-256 are, whichever form each came in.
/// </summary>
public sealed record StateBytes
{
    private StateBytes(long length, string sha256, byte[]? bytes)
    {
        Length = length;
        Sha256 = sha256;
        Bytes = bytes;
    }

    public long Length { get; }

    public string Sha256 { get; }

    /// <summary>The bytes; null if only the digest is known.</summary>
    public byte[]? Bytes { get; }

    /// <summary>The bytes as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes ?? throw new InvalidOperationException("Only a digest is known."));

    public bool Equals(StateBytes? other) => other is not null && Length == other.Length && Sha256 == other.Sha256;

    public override int GetHashCode() => HashCode.Combine(Length, Sha256);

    public override string ToString() => Bytes switch
    {
        null => $"{Length} bytes with SHA-256 {Sha256[..12]}…",
        { Length: > 64 } => $"{Length} bytes with SHA-256 {Sha256[..12]}…, beginning {Show(Bytes[..32])}",
        _ => Show(Bytes),
    };

    public static StateBytes Of(ReadOnlyMemory<byte> bytes) =>
        new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), bytes.ToArray());

    public static StateBytes Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static StateBytes Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Of(element.GetString()!),
        JsonValueKind.Object when element.TryGetProperty("base64", out JsonElement base64) => Of(base64.GetBytesFromBase64()),
        JsonValueKind.Object => new(element.GetProperty("bytes").GetInt64(), element.GetProperty("sha256").GetString()!, null),
        _ => throw new InvalidDataException($"No bytes: {element}"),
    };

    private static string Show(byte[] bytes) =>
        bytes.All(value => value is >= 0x20 and < 0x7f) ? $"\"{Encoding.ASCII.GetString(bytes)}\"" : $"0x{Convert.ToHexStringLower(bytes)}";
}
