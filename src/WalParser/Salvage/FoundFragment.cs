using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>A fragment of a block, with a valid checksum. Offsets count from the start of the block, in bytes.</summary>
/// <param name="Type">The type.</param>
/// <param name="Start">The offset of the header.</param>
/// <param name="PayloadStart">The offset of the payload.</param>
/// <param name="End">The offset after the last byte of the payload.</param>
/// <param name="LogNumber">The low 32 bits of the log number in the header; null if fragments of the type have none.</param>
internal readonly record struct FoundFragment(FragmentType Type, int Start, int PayloadStart, int End, uint? LogNumber);
