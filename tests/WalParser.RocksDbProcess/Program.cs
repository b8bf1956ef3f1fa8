using System.Diagnostics;
using System.Text.Json;
using WalParser.RocksDbProcess;
using WalParser.RocksDbProcess.Native;
using WalParser.RocksDbProcess.Protocol;

// Executes requests with RocksDB. Each line of the input is a request, and each line of the output is a response. If RocksDB loops or
// aborts, only this process ends, not the one that sends the requests.
while (Console.In.ReadLine() is { } line)
{
    Request request = JsonSerializer.Deserialize(line, ProtocolJson.Default.Request)!;
    Response response = request.Kind == RequestKind.Open ? Open(request) : Make(request);
    Answer(response);
}

return;

static Response Open(Request request)
{
    try
    {
        using Database database = Database.Open(request);
        return new Response
        {
            LastSequence = database.RecoveredSequence,
            Prepared = database.CountPrepared(),
            Families = DatabaseContent.Scan(database, request.HasTimestamps),
        };
    }
    catch (RocksDbException e)
    {
        return new Response { Error = e.Message };
    }
}

static Response Make(Request request)
{
    try
    {
        using var maker = new DatabaseMaker(request);
        maker.Run();
        (Update[] updates, string? error) = DatabaseContent.ReadUpdates(maker.Database);
        var response = new Response
        {
            Prepared = maker.Database.CountPrepared(),
            Families = DatabaseContent.Scan(maker.Database, request.HasTimestamps),
            Updates = updates,
            UpdatesError = error,
        };
        if (request.Kind == RequestKind.MakeAndDie)
        {
            Answer(response);
            Process.GetCurrentProcess().Kill();
        }

        return response;
    }
    catch (RocksDbException e)
    {
        return new Response { Error = e.Message };
    }
}

static void Answer(Response response)
{
    Console.Out.WriteLine(JsonSerializer.Serialize(response, ProtocolJson.Default.Response));
    Console.Out.Flush();
}
