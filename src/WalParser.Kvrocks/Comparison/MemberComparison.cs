using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares hashes, sets, sorted sets, and sortedints that are sorted sets on the server. Their elements have no order, so the server's are
/// read in pages (HSCAN, SSCAN, ZSCAN) and looked up in the dataset, which remembers those that were seen.
/// </summary>
internal sealed class MemberComparison
{
    private readonly ComparedKey _key;
    private readonly MemberSet _members;
    private readonly HashSet<byte[]> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly KvrocksType _type;
    private readonly ComparedPart _part;

    private MemberComparison(ComparedKey key)
    {
        _key = key;
        _members = new MemberSet(key.Key);
        _type = key.Key.Type;
        _part = _type == KvrocksType.Hash ? ComparedPart.Field : ComparedPart.Member;
    }

    private DifferenceList Differences => _key.Differences;

    public static Task CompareAsync(ComparedKey key) => new MemberComparison(key).CompareAsync();

    private async Task CompareAsync()
    {
        if (!_key.IsComplete && _members.IsSizeExact)
        {
            string count = _type switch { KvrocksType.Hash => "HLEN", KvrocksType.Set => "SCARD", _ => "ZCARD" };
            long length = await _key.Server.NumberAsync(count, _key.Name).ConfigureAwait(false);
            Differences.Check(
                ComparedPart.Length,
                _key.Key.Metadata.Size.ToString(CultureInfo.InvariantCulture),
                length.ToString(CultureInfo.InvariantCulture));
        }

        string scan = _type switch { KvrocksType.Hash => "HSCAN", KvrocksType.Set => "SSCAN", _ => "ZSCAN" };
        int perItem = _type == KvrocksType.Set ? 1 : 2;
        int page = ReadServer.ElementsPerPage(_key.Key.ElementsSize, _key.Key.ElementCount);
        ScanCursor cursor = ScanCursor.Start;
        do
        {
            object[] command = [scan, _key.Name, cursor.Bytes, "COUNT", page];
            (cursor, RespValue[] items) = await _key.Server.ScanAsync(cursor, command).ConfigureAwait(false);
            if (items.Length % perItem != 0)
            {
                throw _key.Server.Unexpected(command, RespValue.OfItems(RespKind.Array, items));
            }

            List<(MemberSet.Member Member, ReadOnlyMemory<byte> Value)> fields = [];
            for (int i = 0; i < items.Length && !Differences.IsFull; i += perItem)
            {
                ReadOnlyMemory<byte> value = perItem == 1 ? default : items[i + 1].Bytes;
                if (!_members.TryFind(items[i].Bytes.Span, out MemberSet.Member? member))
                {
                    AddExtra(items[i].Bytes, value);
                }
                else if (_seen.Add(member.Identity))
                {
                    fields.Add((member, value));
                }
            }

            await CompareAsync(fields).ConfigureAwait(false);
        }
        while (!cursor.IsEnd && !Differences.IsFull);

        AddMissing();
        if (_type == KvrocksType.ZSet && _members.HasScoresThatAreNoNumbers)
        {
            Differences.Uncompared ??= UncomparedReason.NotAccepted;
        }
    }

    private async Task CompareAsync(List<(MemberSet.Member Member, ReadOnlyMemory<byte> Value)> fields)
    {
        long[]? expiries = _type == KvrocksType.Hash && fields.Count > 0 ? await ExpiriesAsync(fields).ConfigureAwait(false) : null;
        DateTimeOffset now = _key.Now();
        for (int i = 0; i < fields.Count && !Differences.IsFull; i++)
        {
            (MemberSet.Member member, ReadOnlyMemory<byte> value) = fields[i];
            bool isGoneOnServer = expiries?[i] is { } at && (at == -2 || (at >= 0 && at <= now.ToUnixTimeMilliseconds()));
            if (!member.ExistsAt(now))
            {
                if (!isGoneOnServer)
                {
                    AddExtra(member.Name, value);
                }

                continue;
            }

            if (isGoneOnServer)
            {
                _seen.Remove(member.Identity);
                continue;
            }

            CompareValue(member, value);
            CompareExpiry(member, expiries?[i]);
        }
    }

    private void CompareValue(MemberSet.Member member, ReadOnlyMemory<byte> value)
    {
        if (member.Score is not { } score)
        {
            Differences.Check(_part, member.Name, member.Value, value);
        }
        else if (!TryParseScore(value.Span, out double server)
            || BitConverter.DoubleToInt64Bits(score) != BitConverter.DoubleToInt64Bits(server))
        {
            Differences.Add(_part, member.Name, ScoreOf(score), ComparedValue.Of(value));
        }
    }

    private void CompareExpiry(MemberSet.Member member, long? server)
    {
        if (_type != KvrocksType.Hash)
        {
            return;
        }

        long? logs = member.ExpiryMilliseconds == 0 ? null : (long)Math.Min(member.ExpiryMilliseconds, long.MaxValue);
        if (server is not { } found)
        {
            Differences.Uncompared ??= logs is null ? null : UncomparedReason.FieldExpiry;
        }
        else if (found != (logs ?? -1))
        {
            Differences.Add(
                ComparedPart.FieldExpiry, member.Name, ComparedValue.OfAny(logs), ComparedValue.OfAny(found < 0 ? null : found));
        }
    }

    /// <summary>
    /// Returns the expiries of fields, −1 for none and −2 for no such field; null if the server does not know the command.
    /// </summary>
    private async Task<long[]?> ExpiriesAsync(List<(MemberSet.Member Member, ReadOnlyMemory<byte> Value)> fields)
    {
        if (_key.Server.KnowsFieldExpiry == false)
        {
            return null;
        }

        object[] command = ["HPEXPIRETIME", _key.Name, "FIELDS", fields.Count, .. fields.Select(field => (object)field.Member.Name)];
        RespValue? reply = await _key.Server.TryAskAsync(command).ConfigureAwait(false);
        _key.Server.KnowsFieldExpiry = reply is not null;
        if (reply is not { } expiries)
        {
            return null;
        }

        // The reply for a key that is not there is one item, or none.
        return expiries.Items.Length == fields.Count ? Array.ConvertAll(expiries.Items.ToArray(), expiry => expiry.Integer)
            : expiries.Kind is RespKind.Array or RespKind.Null ? [.. Enumerable.Repeat(-2L, fields.Count)]
            : throw _key.Server.Unexpected(command, expiries);
    }

    private void AddExtra(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value)
    {
        if (_key.IsComplete)
        {
            Differences.Add(_part, name, null, ComparedValue.Of(value));
        }
    }

    private void AddMissing()
    {
        DateTimeOffset now = _key.Now();
        foreach (MemberSet.Member member in _members.Members)
        {
            if (Differences.IsFull)
            {
                return;
            }

            if (!_seen.Contains(member.Identity) && member.ExistsAt(now))
            {
                Differences.Add(_part, member.Name, member.Score is { } score ? ScoreOf(score) : ComparedValue.Of(member.Value), null);
            }
        }
    }

    private static ComparedValue ScoreOf(double score) => ComparedValue.Of(Commands.Argument.OfScore(score));

    private static bool TryParseScore(ReadOnlySpan<byte> text, out double score)
    {
        string shown = Encoding.ASCII.GetString(text);
        score = shown is "inf" or "+inf" ? double.PositiveInfinity : double.NegativeInfinity;
        return shown is "inf" or "+inf" or "-inf" || double.TryParse(shown, NumberStyles.Float, CultureInfo.InvariantCulture, out score);
    }
}
