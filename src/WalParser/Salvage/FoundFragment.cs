using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>A fragment in a block whose checksum holds.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Start">Where its header begins in the block.</param>
/// <param name="PayloadStart">Where its payload begins in the block.</param>
/// <param name="End">Where it ends in the block.</param>
/// <param name="LogNumber">The low 32 bits of the log number that it carries, if its type does.</param>
internal readonly record struct FoundFragment(FragmentType Type, int Start, int PayloadStart, int End, uint? LogNumber);
