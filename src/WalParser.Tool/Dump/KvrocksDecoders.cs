using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Dump;

/// <summary>The decoders of the databases. A decoder applies what it learns from one WAL to the WALs after it.</summary>
internal sealed class KvrocksDecoders
{
    private readonly SlotEncoding _asked;
    private readonly Dictionary<string, SlotEncoding> _slotEncodings = [];
    private readonly Dictionary<string, KvrocksDecoder> _byFolder = [];

    private KvrocksDecoders(SlotEncoding asked) => _asked = asked;

    /// <summary>Whether the keys of a database have shown only later whether they contain their slot.</summary>
    public bool HasSlotEncodingTurned => _byFolder.Values.Any(decoder => decoder.HasSlotEncodingTurned);

    /// <summary>The decoder for the current WAL.</summary>
    public KvrocksDecoder? Current { get; private set; }

    /// <summary>
    /// Creates the decoders for WALs of one or more databases. Reads ahead to find whether keys contain their slot, unless the user has
    /// said it.
    /// </summary>
    public static async Task<KvrocksDecoders> ForAsync(WalInputs inputs, SlotEncoding asked, CancellationToken cancellationToken)
    {
        var decoders = new KvrocksDecoders(asked);
        foreach (string folder in inputs.All.Select(input => input.Folder).Distinct())
        {
            WalInputs ofFolder = inputs.Where(input => input.Folder == folder);
            decoders._slotEncodings.Add(folder, await SlotDetection.DetectAsync(asked, ofFolder, cancellationToken));
        }

        return decoders;
    }

    /// <summary>Begins a WAL.</summary>
    /// <param name="input">The WAL.</param>
    /// <param name="names">The names of the column families of its database, which show what the families contain.</param>
    public void BeginFile(WalInput input, FamilyNames names)
    {
        if (!_byFolder.TryGetValue(input.Folder, out KvrocksDecoder? decoder))
        {
            decoder = new KvrocksDecoder(new KvrocksDecoderOptions
            {
                SlotEncoding = _slotEncodings.GetValueOrDefault(input.Folder, _asked),
                Families = names.ForKvrocks,
            });
            _byFolder.Add(input.Folder, decoder);
        }

        Current = decoder;
    }
}
