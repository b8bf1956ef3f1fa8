using System.Globalization;

namespace WalParser.Kvrocks.Metadata;

/// <summary>Properties of the types of keys.</summary>
public static class KvrocksTypeExtensions
{
    extension(KvrocksType type)
    {
        /// <summary>
        /// The name that Kvrocks's TYPE command has for the type; <c>type 15</c> and so on for a type that is newer than this library.
        /// </summary>
        public string Name => KvrocksTypeTraits.Find(type)?.Name ?? string.Create(CultureInfo.InvariantCulture, $"type {(int)type}");

        /// <summary>Whether the value is part of the metadata, so that there are no version, no size and no elements.</summary>
        public bool IsSingleValue => KvrocksTypeTraits.Find(type) is { IsSingleValue: true };

        /// <summary>
        /// Whether a key of this type may be empty. A key of any other type with size 0 does not exist (Kvrocks,
        /// <c>Metadata::IsEmptyableType</c>).
        /// </summary>
        public bool MayBeEmpty => KvrocksTypeTraits.Find(type) is { MayBeEmpty: true };

        /// <summary>
        /// Whether <see cref="KvrocksMetadata.Size"/> is the number of elements: true for hashes, lists, sets, sorted sets, sorted integer
        /// sets and streams; false for all other types, and for a type that is newer than this library.
        /// </summary>
        public bool CountsElements => KvrocksTypeTraits.Find(type) is { CountsElements: true };

        /// <summary>Whether the type is a type of keys that this library knows.</summary>
        internal bool IsKnown => type != KvrocksType.None && KvrocksTypeTraits.Find(type) is not null;

        /// <summary>Returns whether the metadata after its common part has all that the type has there.</summary>
        internal bool IsWholeBody(ReadOnlySpan<byte> body) => KvrocksTypeTraits.Find(type)?.IsWholeBody(body) != false;
    }
}
