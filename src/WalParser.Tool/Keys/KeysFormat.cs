namespace WalParser.Tool.Keys;

/// <summary>How keys are shown.</summary>
internal enum KeysFormat
{
    Text,
    Jsonl,
}
