using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Dump;

/// <summary>A decoder for each database: what it has learned from one log holds for the logs behind it.</summary>
internal sealed class KvrocksDecoders(SlotEncoding slotEncoding)
{
    private readonly Dictionary<string, KvrocksDecoder> _byFolder = [];

    /// <summary>The decoder for the log at hand.</summary>
    public KvrocksDecoder? Current { get; private set; }

    /// <summary>A log begins.</summary>
    public void BeginFile(WalInput input)
    {
        if (!_byFolder.TryGetValue(input.Folder, out KvrocksDecoder? decoder))
        {
            decoder = new KvrocksDecoder(new KvrocksDecoderOptions { SlotEncoding = slotEncoding });
            _byFolder.Add(input.Folder, decoder);
        }

        Current = decoder;
    }
}
