using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Dump;

/// <summary>A decoder for each database: what it has learned from one log holds for the logs behind it.</summary>
internal sealed class KvrocksDecoders
{
    private readonly SlotEncoding _asked;
    private readonly Dictionary<string, SlotEncoding> _slotEncodings = [];
    private readonly Dictionary<string, KvrocksDecoder> _byFolder = [];

    private KvrocksDecoders(SlotEncoding asked) => _asked = asked;

    /// <summary>Whether of some database it showed late whether its keys carry their slot.</summary>
    public bool HasSlotEncodingTurned => _byFolder.Values.Any(decoder => decoder.HasSlotEncodingTurned);

    /// <summary>The decoder for the log at hand.</summary>
    public KvrocksDecoder? Current { get; private set; }

    /// <summary>The decoders for these logs, of several databases perhaps; looks ahead whether keys carry their slot, unless that was said.</summary>
    public static async Task<KvrocksDecoders> ForAsync(WalInputs inputs, SlotEncoding asked, CancellationToken cancellationToken)
    {
        var decoders = new KvrocksDecoders(asked);
        foreach (string folder in inputs.All.Select(input => input.Folder).Distinct())
        {
            decoders._slotEncodings.Add(folder, await SlotSurvey.DetectAsync(asked, inputs.Where(input => input.Folder == folder), cancellationToken));
        }

        return decoders;
    }

    /// <summary>A log begins.</summary>
    /// <param name="input">The log.</param>
    /// <param name="names">The names of its database's column families, by which it is known what they hold.</param>
    public void BeginFile(WalInput input, FamilyNames names)
    {
        if (!_byFolder.TryGetValue(input.Folder, out KvrocksDecoder? decoder))
        {
            decoder = new KvrocksDecoder(new KvrocksDecoderOptions { SlotEncoding = _slotEncodings.GetValueOrDefault(input.Folder, _asked), Families = names.ForKvrocks });
            _byFolder.Add(input.Folder, decoder);
        }

        Current = decoder;
    }
}
