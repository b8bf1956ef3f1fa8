using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary>Answers whether Bloom filters contain an item (<c>keys --bloom-contains KEY ITEM</c>).</summary>
/// <param name="console">The console.</param>
/// <param name="key">The key.</param>
/// <param name="item">The item.</param>
internal sealed class BloomQuestion(ToolConsole console, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> item)
{
    /// <summary>
    /// Writes the answer for the key in each namespace that has it, and returns the exit code: 1 if there is no such Bloom filter, or not
    /// all of it is known.
    /// </summary>
    /// <param name="output">The output.</param>
    /// <param name="keys">The keys that exist.</param>
    /// <param name="isJson">Whether the answer is written as JSON lines.</param>
    public int Answer(ByteWriter output, KeyspaceKey[] keys, bool isJson)
    {
        KeyspaceKey[] named = [.. keys.Where(other => other.UserKey.Span.SequenceEqual(key.Span))];
        KeyspaceKey[] filters = [.. named.Where(other => other.Type == KvrocksType.BloomFilter)];
        if (filters.Length == 0)
        {
            string shown = KeyExamples.Shown(key.Span);
            console.Say(named.Length == 0
                ? $"there is no key {shown} in these logs; 'walparser keys' lists those that there are"
                : $"the key {shown} is not a Bloom filter but a {named[0].Type.Name}");
            return ExitCode.Damage;
        }

        int exitCode = ExitCode.Clean;
        foreach (KeyspaceKey filter in filters)
        {
            bool? contains = filter.BloomMayContain(item.Span);
            exitCode = contains is null ? ExitCode.Damage : exitCode;
            if (isJson)
            {
                WriteJson(output, filter, contains);
            }
            else
            {
                WriteText(output, filter, contains);
            }
        }

        return exitCode;
    }

    private void WriteText(ByteWriter output, KeyspaceKey filter, bool? contains)
    {
        ShownBytes.Write(output, filter.UserKey.Span);
        output.Write(contains switch
        {
            true => " may contain ",
            false => " does not contain ",
            null => ": these logs do not have all of the filter, and what they have does not contain ",
        });
        ShownBytes.Write(output, item.Span);
        output.Write(" (namespace "u8);
        ShownBytes.Write(output, filter.Namespace.Span);
        output.Write($"; {BloomText.RateOf(filter)})\n");
    }

    private void WriteJson(ByteWriter output, KeyspaceKey filter, bool? contains) => new JsonLines(output).Write(filter, (json, of) =>
    {
        json.WriteBytes("namespace", of.Namespace.Span);
        json.WriteBytes("key", of.UserKey.Span);
        json.WriteBytes("item", item.Span);
        if (contains is { } known)
        {
            json.WriteBoolean("may_contain", known);
        }
        else
        {
            json.WriteNull("may_contain");
        }

        json.WriteDouble("false_positive_rate", of.BloomFalsePositiveRate().GetValueOrDefault());
    });
}
