using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for time series of Kvrocks: TS.CREATE, TS.ADD, TS.DEL and, for the rules by which a series is downsampled, TS.CREATERULE.
/// <para>
/// A server with a rule writes the other series by itself. The log has those samples, too, and they are sent: a sample that is there
/// already is replaced by the same value (ON_DUPLICATE LAST).
/// </para>
/// </summary>
internal sealed class TimeSeriesCommands : TypeCommands
{
    private const byte MaxChunkType = 1;
    private const byte MaxDuplicatePolicy = 5;

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        List<TimeSeriesSample> samples = [];
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> value) in key.Elements)
        {
            if (KindOf(subkey) == TimeSeriesSubkeyKind.Chunk)
            {
                samples.AddRange(SamplesOf(value, context));
            }
        }

        ReadOnlyMemory<byte>[] options = OptionsOf(key);
        if (samples.Count > 0 && !context.IsLogWhole && !key.IsComplete)
        {
            // The server may have the key already. TS.ADD creates it only if it has not.
            Add(writer, samples[0], options);
            samples.RemoveAt(0);
        }
        else
        {
            writer.Write("TS.CREATE", options);
        }

        samples.ForEach(sample => Add(writer, sample));
        foreach ((ReadOnlyMemory<byte> other, TimeSeriesRule rule) in key.TimeSeriesRules())
        {
            // The rule is created with the other series, if that is created, too.
            context.RulesBegunAnew.Remove(KeyName.Of(key.Namespace, other));
            if (!IsNew(rule))
            {
                context.Notes.AddKey(ConversionNoteKind.RuleNotRestored, "", key.Namespace, key.UserKey);
            }
        }

        ReadOnlySpan<byte> source = SourceOf(key.StoredMetadata);
        if (!source.IsEmpty)
        {
            CreateRule(writer, source.ToArray(), context);
        }

        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        ReadOnlyMemory<byte> metadataBefore = change.MetadataBefore!.Value;
        ReadOnlyMemory<byte> metadataAfter = change.MetadataAfter!.Value;
        ReadOnlySpan<byte> sourceBefore = SourceOf(metadataBefore);
        ReadOnlySpan<byte> sourceAfter = SourceOf(metadataAfter);
        bool isOtherSource = !sourceBefore.SequenceEqual(sourceAfter);
        if (!HasSameOptions(metadataBefore, metadataAfter)
            || change.Subkeys.Any(subkey => KindOf(subkey.Subkey) == TimeSeriesSubkeyKind.Label)
            || (isOtherSource && !sourceBefore.IsEmpty && !sourceAfter.IsEmpty))
        {
            return false;
        }

        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (subkey.After is null && TimeSeriesSubkey.TryRead(subkey.Subkey.Span, out TimeSeriesSubkey name, out _)
                && name.Kind == TimeSeriesSubkeyKind.Rule)
            {
                writer.Write("TS.DELETERULE", name.Name.ToArray());
            }
        }

        WriteSamples(writer, change, context);
        if (isOtherSource && !sourceAfter.IsEmpty)
        {
            CreateRule(writer, sourceAfter.ToArray(), context);
        }

        return true;
    }

    protected override bool CanCreate(in KvrocksMetadata metadata) =>
        metadata.TryReadTimeSeries(out TimeSeriesMetadata series)
        && series is { ChunkType: <= MaxChunkType, DuplicatePolicy: <= MaxDuplicatePolicy, ChunkSize: > 0 };

    /// <summary>
    /// Writes the samples that were added, changed or deleted. A chunk is written as a whole when one of its samples changes.
    /// </summary>
    private static void WriteSamples(CommandWriter writer, KeyChange change, ConversionContext context)
    {
        SortedDictionary<ulong, double> before = [];
        SortedDictionary<ulong, double> after = [];
        List<List<ulong>> chunksBefore = [];
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (KindOf(subkey.Subkey) != TimeSeriesSubkeyKind.Chunk)
            {
                continue;
            }

            List<ulong> times = [];
            foreach (TimeSeriesSample sample in subkey.Before is { } old ? SamplesOf(old, context: null) : [])
            {
                before[sample.Timestamp] = sample.Value;
                times.Add(sample.Timestamp);
            }

            chunksBefore.Add(times);
            foreach (TimeSeriesSample sample in subkey.After is { } now ? SamplesOf(now, context) : [])
            {
                after[sample.Timestamp] = sample.Value;
            }
        }

        foreach ((ulong first, ulong last) in chunksBefore.SelectMany(times => Deleted(times, after)))
        {
            writer.Write("TS.DEL", Argument.Of(BeginForRules(change.Key!, first, context)), Argument.Of(last));
        }

        foreach ((ulong time, double value) in after)
        {
            // The bits are compared, because NaN is a value and −0 is not 0.
            if (!before.TryGetValue(time, out double old) || BitConverter.DoubleToInt64Bits(old) != BitConverter.DoubleToInt64Bits(value))
            {
                Add(writer, new TimeSeriesSample(time, value));
            }
        }
    }

    /// <summary>Returns the samples of a chunk that are gone, those next to each other as one range.</summary>
    private static IEnumerable<(ulong First, ulong Last)> Deleted(List<ulong> times, SortedDictionary<ulong, double> after)
    {
        for (int i = 0; i < times.Count; i++)
        {
            int first = i;
            while (i < times.Count && !after.ContainsKey(times[i]))
            {
                i++;
            }

            if (i > first)
            {
                yield return (times[first], times[i - 1]);
            }
        }
    }

    /// <summary>
    /// Returns where a deletion begins: at its first sample or, if a rule has an earlier latest bucket on the server, as far before it as
    /// there are no samples. A server ends itself at a deletion that begins in a later bucket (<c>TimeSeries::delRangeDownStream</c>:
    /// <c>CHECK(start_bucket &lt;= ds_meta.latest_bucket_idx)</c>), so that the deletion of the log began earlier, too.
    /// </summary>
    private static ulong BeginForRules(KeyspaceKey key, ulong first, ConversionContext context)
    {
        ulong begin = first;
        foreach ((ReadOnlyMemory<byte> other, TimeSeriesRule rule) in key.TimeSeriesRules())
        {
            ulong latest = context.RulesBegunAnew.Contains(KeyName.Of(key.Namespace, other)) ? 0 : rule.LatestBucketMilliseconds;
            begin = rule.BucketBegin(first) > latest ? Math.Min(begin, latest) : begin;
        }

        if (begin < first)
        {
            foreach (TimeSeriesSample sample in key.TimeSeriesSamples().TakeWhile(sample => sample.Timestamp < first))
            {
                begin = Math.Max(begin, sample.Timestamp + 1);
            }
        }

        return begin;
    }

    private static void Add(CommandWriter writer, TimeSeriesSample sample, params ReadOnlyMemory<byte>[] options) =>
        writer.Write(
            "TS.ADD",
            [
                Argument.Of(sample.Timestamp), Argument.OfScore(sample.Value), Argument.Of("ON_DUPLICATE"), Argument.Of("LAST"),
                .. options,
            ]);

    /// <summary>
    /// Writes the command that makes a series the target of a rule. A rule that has counted samples begins anew with it, which is noted.
    /// </summary>
    private static void CreateRule(CommandWriter writer, byte[] source, ConversionContext context)
    {
        byte[] subkey = [(byte)TimeSeriesSubkeyKind.Rule, .. writer.Key.Span];
        if (context.FindKey?.Invoke(writer.Namespace, source) is not { Type: KvrocksType.TimeSeries } from
            || !from.TryGetElement(subkey, out ReadOnlyMemory<byte> value)
            || TimeSeriesRule.Read(value.Span) is not { BucketMilliseconds: > 0 } rule
            || (context.Options.IsForCluster && RedisSlot.Of(source) != RedisSlot.Of(writer.Key.Span)))
        {
            context.Notes.AddKey(ConversionNoteKind.RuleNotRestored, "", writer.Namespace, writer.Key);
            return;
        }

        CreateRule(writer, source, writer.Key, rule, context);
    }

    private static void CreateRule(
        CommandWriter writer, ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> other, TimeSeriesRule rule, ConversionContext context)
    {
        if (!IsNew(rule))
        {
            context.Notes.AddKey(ConversionNoteKind.RuleNotRestored, "", writer.Namespace, other);
            context.RulesBegunAnew.Add(KeyName.Of(writer.Namespace, other));
        }

        writer.WriteLast(
            source,
            "TS.CREATERULE",
            [
                other, Argument.Of("AGGREGATION"), Argument.Of(rule.AggregatorName), Argument.Of(rule.BucketMilliseconds),
                .. rule.AlignmentMilliseconds == 0 ? (ReadOnlyMemory<byte>[])[] : [Argument.Of(rule.AlignmentMilliseconds)],
            ]);
    }

    /// <summary>Returns whether a rule has the state in which TS.CREATERULE creates it.</summary>
    private static bool IsNew(TimeSeriesRule? rule) =>
        rule is { LatestBucketMilliseconds: 0 }
        && rule.Integers.All(number => number is 0 or ulong.MaxValue)
        && rule.Numbers.All(number => number == 0 || double.IsNaN(number));

    /// <summary>Returns the options of TS.CREATE; the labels are last, because LABELS takes all arguments that follow.</summary>
    private static ReadOnlyMemory<byte>[] OptionsOf(KeyspaceKey key)
    {
        if (!key.Metadata.TryReadTimeSeries(out TimeSeriesMetadata series))
        {
            return [];
        }

        List<ReadOnlyMemory<byte>> options =
        [
            Argument.Of("RETENTION"), Argument.Of(series.RetentionMilliseconds),
            Argument.Of("ENCODING"), Argument.Of(series.ChunkTypeName),
            Argument.Of("CHUNK_SIZE"), Argument.Of(series.ChunkSize),
            Argument.Of("DUPLICATE_POLICY"), Argument.Of(series.DuplicatePolicyName),
        ];
        bool isFirst = true;
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> value) in key.Elements)
        {
            if (TimeSeriesSubkey.TryRead(subkey.Span, out TimeSeriesSubkey name, out _) && name.Kind == TimeSeriesSubkeyKind.Label)
            {
                options.AddRange(isFirst ? [Argument.Of("LABELS"), name.Name.ToArray(), value] : [name.Name.ToArray(), value]);
                isFirst = false;
            }
        }

        return [.. options];
    }

    private static TimeSeriesSample[] SamplesOf(ReadOnlyMemory<byte> chunk, ConversionContext? context)
    {
        if (!TimeSeriesChunk.TryRead(chunk.Span, out TimeSeriesChunk read))
        {
            context?.Notes.Add(ConversionNoteKind.Undecodable);
            return [];
        }

        TimeSeriesSample[] samples = new TimeSeriesSample[read.Count];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = read[i];
        }

        return samples;
    }

    private static TimeSeriesSubkeyKind? KindOf(ReadOnlyMemory<byte> subkey) =>
        TimeSeriesSubkey.TryRead(subkey.Span, out TimeSeriesSubkey name, out _) ? name.Kind : null;

    private static bool HasSameOptions(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after) =>
        KvrocksMetadata.ReadOrDefault(before).TryReadTimeSeries(out TimeSeriesMetadata old)
        && KvrocksMetadata.ReadOrDefault(after).TryReadTimeSeries(out TimeSeriesMetadata now)
        && old.RetentionMilliseconds == now.RetentionMilliseconds
        && old.ChunkSize == now.ChunkSize
        && old.ChunkType == now.ChunkType
        && old.DuplicatePolicy == now.DuplicatePolicy;

    private static ReadOnlySpan<byte> SourceOf(ReadOnlyMemory<byte> metadata) =>
        KvrocksMetadata.ReadOrDefault(metadata).TryReadTimeSeries(out TimeSeriesMetadata series) ? series.SourceKey : default;
}
