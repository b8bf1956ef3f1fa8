using WalParser.Framing;

namespace WalParser.Testing.Flaws;

/// <summary>A fragment of a record that is cut but not written.</summary>
internal readonly record struct RecordFragment(FragmentType Type, byte[] Payload);
