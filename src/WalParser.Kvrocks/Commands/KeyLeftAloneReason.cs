namespace WalParser.Kvrocks.Commands;

/// <summary>The reasons of <see cref="KeyLeftAlone"/>.</summary>
public enum KeyLeftAloneReason
{
    /// <summary>The log does not show whether the key existed, because it begins later or has a gap.</summary>
    UnknownBefore,

    /// <summary>The log shows that the key existed, and only some of its elements.</summary>
    IncompleteBefore,

    /// <summary>The key had a type for which the target has no commands, or a value that it does not accept.</summary>
    NoCommand,

    /// <summary>The key was a JSON document, which the caller does not want (<see cref="CommandOptions.WithJson"/>).</summary>
    JsonOmitted,
}
