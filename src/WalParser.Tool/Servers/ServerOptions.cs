using System.CommandLine;
using System.CommandLine.Parsing;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;

namespace WalParser.Tool.Servers;

/// <summary>
/// The options of a command that connects to a server, besides its address: the password, and TLS. The names are those of redis-cli, where
/// it has such an option.
/// </summary>
internal sealed class ServerOptions
{
    /// <summary>The forms of an address, for the help.</summary>
    public const string AddressForms =
        "redis://[[user]:password@]host[:port][/database], rediss:// for TLS, unix:///path/to/socket[?db=N], or "
        + "redis+sentinel://host[:port][,host...]/master[/database]";

    private const string TlsAdvice =
        "next: --cacert FILE names the authority that signed the server's certificate, --sni NAME a name that the certificate contains, "
        + "--cert FILE the client certificate that the server requires";

    private const string PasswordAdvice =
        "next: --password-file FILE names a file with the password, or the environment variable REDISCLI_AUTH contains it; a user is named "
        + "in the address (redis://user@host)";

    private readonly Option<string?> _passwordFile = new("--password-file")
    {
        Description =
            "A file whose first line is the password, so that it is not in the address, which others can see (ps). Without it, the "
            + "password is that in the address, else that in the environment variable REDISCLI_AUTH. The user is in the address: "
            + "redis://user@host.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _authorities = new("--cacert")
    {
        Description =
            "For rediss://: a PEM file with the certificates of the authorities to trust. [default: those that this system trusts]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificate = new("--cert")
    {
        Description = "For rediss://: a PEM file with the certificate to show to the server, and those of intermediate authorities.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "A PEM file with the private key of --cert, not encrypted. [default: the file of --cert]",
        HelpName = "FILE",
    };

    private readonly Option<string?> _serverName = new("--sni")
    {
        Description =
            "For rediss://: the name to send to the server, which its certificate must contain. [default: the host of the address]",
        HelpName = "NAME",
    };

    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "For rediss://: accept any certificate. Whoever controls the network can then read and change everything.",
    };

    /// <summary>Creates the option that takes the address of a server.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="description">The help text.</param>
    public static Option<RedisEndpoint?> Address(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "URI",
        CustomParser = ParseAddress,
    };

    /// <summary>Reports that a server cannot be reached or refuses to serve, and the options that can help.</summary>
    public static void Report(ToolConsole console, RedisEndpoint? endpoint, RedisException exception)
    {
        console.Say(exception.Message);
        string? advice = exception.Kind == RedisErrorKind.Tls ? TlsAdvice
            : exception.Kind == RedisErrorKind.Authentication && endpoint?.Password is null ? PasswordAdvice
            : null;
        if (advice is not null)
        {
            console.Say(advice);
        }
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(ToolCommand command) =>
        command.AddAll(_passwordFile, _authorities, _certificate, _key, _serverName, _insecure);

    /// <summary>
    /// Completes an address with the password and the TLS settings. Returns null, and the error, if the options are wrong.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="address">The address in the command line.</param>
    /// <param name="console">The console to report risks to, which knows the password of the environment.</param>
    /// <param name="error">The error.</param>
    public RedisEndpoint? Complete(ParseResult parsed, RedisEndpoint address, ToolConsole console, out string error)
    {
        RedisEndpoint? endpoint = WithPassword(address, parsed.GetValue(_passwordFile), console, out error);
        return endpoint is null ? null : WithTls(endpoint, parsed, console, out error);
    }

    private static RedisEndpoint? WithPassword(RedisEndpoint address, string? file, ToolConsole console, out string error)
    {
        error = "";
        if (address.Password is not null && file is not null)
        {
            error = "the address has a password, and --password-file gives another; give only one of them";
            return null;
        }

        if (address.Password is not null)
        {
            console.Say(
                "the password in the address can be seen by other users of this machine (ps) and stays in the history of the shell; "
                + "--password-file FILE or the environment variable REDISCLI_AUTH avoid that");
            return address;
        }

        if (file is not null)
        {
            return PasswordFile.TryRead(file, out string password, out error)
                ? address with { Password = password, PasswordSource = $"in the file {ShownText.OfName(file)}" }
                : null;
        }

        if (console.ServerPassword is { Length: > 0 } fromEnvironment)
        {
            return address with { Password = fromEnvironment, PasswordSource = "in the environment variable REDISCLI_AUTH" };
        }

        if (address.User is null)
        {
            return address;
        }

        error = "the address has a user without a password; give the password by --password-file or the environment variable "
            + "REDISCLI_AUTH; a password without a user follows a colon (redis://:password@host)";
        return null;
    }

    private RedisEndpoint? WithTls(RedisEndpoint endpoint, ParseResult parsed, ToolConsole console, out string error)
    {
        error = "";
        Option? given = ((Option[])[_authorities, _certificate, _key, _serverName, _insecure])
            .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        if (given is null)
        {
            return endpoint;
        }

        bool isInsecure = parsed.GetValue(_insecure);
        string? authorities = parsed.GetValue(_authorities);
        if (!endpoint.UsesTls)
        {
            error = $"{given.Name} is for TLS, but the address does not begin with rediss:// (or rediss+sentinel://)";
            return null;
        }

        if (isInsecure && authorities is not null)
        {
            error = "--insecure accepts any certificate, so --cacert would have no effect; give only one of them";
            return null;
        }

        if (parsed.GetValue(_key) is not null && parsed.GetValue(_certificate) is null)
        {
            error = "--key is the key of a certificate; name it with --cert";
            return null;
        }

        if (isInsecure)
        {
            console.Say(
                "--insecure: the certificate of the server is not checked, so whoever controls the network can read and change everything");
        }

        return TlsFiles.TryRead(authorities, parsed.GetValue(_certificate), parsed.GetValue(_key), out RedisTls? tls, out error)
            ? endpoint with { Tls = tls with { ServerName = parsed.GetValue(_serverName), AcceptsAnyCertificate = isInsecure } }
            : null;
    }

    private static RedisEndpoint? ParseAddress(ArgumentResult result)
    {
        try
        {
            return RedisEndpoint.Parse(result.Tokens[^1].Value);
        }
        catch (FormatException exception)
        {
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: {exception.Message}");
            return null;
        }
    }
}
