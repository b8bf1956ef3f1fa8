using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Commands.Model;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// Random histories of hashes whose fields expire. Redis 7.0 does not support them, so this class interprets the commands as Redis 7.4
/// documents them: HSET removes the expiry of a field, HPEXPIREAT with a time in the past removes the field, and an empty hash is removed.
/// </summary>
public class FieldExpiryTests
{
    private const ulong Past = 1_000;
    private const ulong Future = 4_102_444_800_000;

    private readonly Dictionary<string, Dictionary<string, (string Value, ulong Expiry)>> _hashes = [];

    [Fact]
    public void Fields_and_their_expiries_equal_those_of_the_model() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue - 1).ArrayOf().ToArbitrary(),
        numbers =>
        {
            ModelServer model = History(numbers);
            List<RedisCommand> commands = new CommandConverter(new CommandOptions { Namespaces = Replay.Plain().Namespaces })
                .Convert(model.Batches);
            _hashes.Clear();
            commands.ForEach(command => Run([.. command.Arguments.ToArray().Select(argument => ModelKey.Latin(argument.ToArray()))]));
            string[] label = [.. Lines(model), "-", .. Lines(), "-", .. commands.Select(command => command.ToString())];
            return (Lines(model).SequenceEqual(Lines())).Label(string.Join('\n', label));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static ModelServer History(int[] numbers)
    {
        var server = new ModelServer();
        foreach (int number in numbers)
        {
            var random = new Random(number);
            string name = $"h{random.Next(3)}";
            switch (random.Next(8))
            {
                case 0:
                    server.Delete(name);
                    break;
                case 1:
                    server.Copy(name, $"h{random.Next(3)}", isMove: random.Next(2) == 0);
                    break;
                default:
                    server.Change(name, KvrocksType.Hash, key => Edit(key, random));
                    break;
            }

            if (random.Next(3) > 0)
            {
                server.EndBatch();
            }
        }

        server.EndBatch();
        return server;
    }

    private static void Edit(ModelKey key, Random random)
    {
        string field = $"f{random.Next(4)}";
        ulong expiry = random.Next(3) switch { 0 => Past, 1 => Future + (ulong)random.Next(3), _ => 0 };
        if (random.Next(4) == 0)
        {
            key.Fields.Remove(field);
            key.FieldExpiries?.Remove(field);
            return;
        }

        if (!key.Fields.ContainsKey(field) || random.Next(2) == 0)
        {
            key.Fields[field] = $"v{random.Next(3)}";
        }

        if (expiry != 0)
        {
            key.FieldExpiries ??= [];
            key.FieldExpiries[field] = expiry;
        }
        else
        {
            key.FieldExpiries?.Remove(field);
        }
    }

    private void Run(string[] command)
    {
        switch (command[0])
        {
            case "MULTI" or "EXEC":
                break;
            case "DEL":
                Assert.True(_hashes.Remove(command[1]));
                break;
            case "RENAME":
                Assert.True(_hashes.Remove(command[1], out Dictionary<string, (string, ulong)>? moved));
                _hashes[command[2]] = moved;
                break;
            case "COPY":
                Assert.True(command.Length == 4 || !_hashes.ContainsKey(command[2]));
                _hashes[command[2]] = new(_hashes[command[1]]);
                break;
            case "HSET":
                for (int i = 2; i < command.Length; i += 2)
                {
                    _hashes.TryAdd(command[1], []);
                    _hashes[command[1]][command[i]] = (command[i + 1], 0);
                }

                break;
            case "HDEL":
                foreach (string field in command[2..])
                {
                    Drop(command[1], field);
                }

                break;
            case "HPEXPIREAT":
                ulong expiry = ulong.Parse(command[2], CultureInfo.InvariantCulture);
                Assert.Equal(("FIELDS", command.Length - 5), (command[3], int.Parse(command[4], CultureInfo.InvariantCulture)));
                foreach (string field in command[5..])
                {
                    Expire(command[1], field, expiry);
                }

                break;
            default:
                Assert.Fail(command[0]);
                break;
        }
    }

    private void Expire(string key, string field, ulong expiry)
    {
        if (expiry == Past)
        {
            Drop(key, field);
        }
        else
        {
            _hashes[key][field] = (_hashes[key][field].Value, expiry);
        }
    }

    private void Drop(string key, string field)
    {
        if (_hashes.TryGetValue(key, out Dictionary<string, (string, ulong)>? hash) && hash.Remove(field) && hash.Count == 0)
        {
            _hashes.Remove(key);
        }
    }

    private static IEnumerable<string> Lines(ModelServer model) =>
        from key in model.Keys
        from field in key.Value.Fields
        let expiry = key.Value.FieldExpiries?.GetValueOrDefault(field.Key) ?? 0
        where expiry != Past
        select $"{key.Key} {field.Key} {field.Value} {expiry}";

    private IEnumerable<string> Lines() =>
        (from key in _hashes
         from field in key.Value
         select $"{key.Key} {field.Key} {field.Value.Value} {field.Value.Expiry}").Order(StringComparer.Ordinal);
}
