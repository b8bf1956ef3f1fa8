namespace WalParser.Tool.Keyspaces;

/// <summary>How keys are shown.</summary>
internal enum KeysFormat
{
    Text,
    Jsonl,
}
