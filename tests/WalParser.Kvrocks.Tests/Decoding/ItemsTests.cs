using System.Globalization;
using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Items;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Tests.Decoding;

/// <summary>The items of an iterator are decoded like the operations of the batches.</summary>
public class ItemsTests
{
    public static IEnumerable<object[]> Recordings => RecordedItem.Cases;

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Each_item_is_decoded_like_its_operation(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        Assert.Equal(await OperationsAsync(set), await ItemsAsync(set, new WalItemOptions()));
    }

    /// <summary>The type of an element follows only from the metadata of its key, which may come later in the batch.</summary>
    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Items_of_selected_slots_are_decoded_like_their_operations(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        List<string> all = await OperationsAsync(set);
        foreach (SlotRange slots in (SlotRange[])[new(0, 8191), new(8192, 16383)])
        {
            List<string> some = await ItemsAsync(set, new WalItemOptions { Slots = slots });
            Assert.Empty(some.Except(all));
            Assert.NotEmpty(some);
        }
    }

    /// <summary>A decoder can be used with several iterators, and with an iterator that seeks back.</summary>
    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task A_batch_that_is_read_again_is_decoded_again(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        var decoder = new KvrocksDecoder();
        List<string> first = await ItemsAsync(set, decoder);
        Assert.Equal(first, await ItemsAsync(set, decoder));
        await using var items = new KvrocksWalIterator(set);
        for (int i = 0; i < 2; i++)
        {
            await items.SeekAsync(0);
            foreach (string line in first)
            {
                Assert.True(await items.MoveNextAsync());
                Assert.Equal(line, $"{items.Current.Sequence} {Shown(decoder.Decode(items))}");
            }
        }
    }

    [Fact]
    public async Task Decoding_before_the_first_item_throws()
    {
        await using var items = new KvrocksWalIterator(new WalSet([]));
        Assert.Throws<InvalidOperationException>(() => { _ = new KvrocksDecoder().Decode(items); });
    }

    private static async Task<List<string>> OperationsAsync(WalSet set)
    {
        List<string> lines = [];
        var decoder = new KvrocksDecoder();
        await using WalUpdates updates = set.OpenIterator();
        while (await updates.MoveNextAsync())
        {
            WriteBatch batch = updates.Current.Batch;
            decoder.BeginBatch(batch);
            foreach (WriteBatchOperation operation in batch)
            {
                if (operation.Type != OperationType.Noop)
                {
                    lines.Add($"{operation.Sequence} {Shown(decoder.Decode(operation))}");
                }
            }
        }

        Assert.NotEmpty(lines);
        return lines;
    }

    private static Task<List<string>> ItemsAsync(WalSet set, WalItemOptions options) => ItemsAsync(set, new KvrocksDecoder(), options);

    private static async Task<List<string>> ItemsAsync(WalSet set, KvrocksDecoder decoder, WalItemOptions? options = null)
    {
        List<string> lines = [];
        await using var items = new KvrocksWalIterator(set, options);
        while (await items.MoveNextAsync())
        {
            lines.Add($"{items.Current.Sequence} {Shown(decoder.Decode(items))}");
        }

        return lines;
    }

    /// <summary>Returns the values of all properties of a decoded operation.</summary>
    private static string Shown(DecodedOperation item)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{item.Kind} {item.Operation} {item.Family} ({item.Reason}) {item.Slot} {item.Version} {item.Type} ");
        text.Append(CultureInfo.InvariantCulture, $"{item.ExpiryMilliseconds} {item.Score} {item.Weight} ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{item.Index} {item.StreamId} {item.GroupState} {item.ConsumerState} {item.DeliveredMilliseconds} {item.Deliveries} ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{item.LogData.Kind} {item.LogData.Type} {item.LogData.Command} {Convert.ToHexString(item.LogData.Arguments)} ");
        KvrocksMetadata metadata = item.Metadata;
        text.Append(
            CultureInfo.InvariantCulture, $"{metadata.Flags} {metadata.HasVersion} {metadata.Size} {Convert.ToHexString(metadata.Body)} ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Convert.ToHexString(item.Namespace)} {Convert.ToHexString(item.UserKey)} {Convert.ToHexString(item.Subkey)} ");
        text.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexString(item.Name)} ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Convert.ToHexString(item.Value)} {Convert.ToHexString(item.Group)} {Convert.ToHexString(item.Consumer)}");
        return text.ToString();
    }
}
