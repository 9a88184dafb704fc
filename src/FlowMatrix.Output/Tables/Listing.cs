using System.Globalization;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// A list with named fields, which every <see cref="ListingFormat"/> can write whatever it holds: grouped rows,
/// differences or services. Texts are unescaped, as they came from the network; each format escapes them.
/// </summary>
/// <param name="Name">What the list holds, in the plural. In JSON it is the name of the array.</param>
/// <param name="Count">The number of entries; fields are asked for an index below it.</param>
/// <param name="Summary">One line for people with the totals.</param>
internal sealed record Listing(string Name, IReadOnlyList<ListingField> Fields, int Count, string Summary);

/// <summary>
/// A field of a <see cref="Listing"/>. Exactly one of <see cref="Text"/>, <see cref="Number"/> and <see cref="List"/>
/// is set; it returns the value for the index of an entry.
/// </summary>
internal sealed record ListingField(string Name)
{
    public Func<int, string>? Text { get; private init; }

    /// <summary>Returns null if the number is unknown.</summary>
    public Func<int, long?>? Number { get; private init; }

    public Func<int, IReadOnlyList<string>>? List { get; private init; }

    /// <summary>Shown to people instead of an empty text.</summary>
    public string WhenEmpty { get; private init; } = "";

    public static ListingField ForText(string name, Func<int, string> text, string whenEmpty = "") =>
        new(name) { Text = text, WhenEmpty = whenEmpty };

    public static ListingField ForNumber(string name, Func<int, long?> number) => new(name) { Number = number };

    public static ListingField ForList(string name, Func<int, IReadOnlyList<string>> list) => new(name) { List = list };

    /// <summary>The value as text; items of a list are separated by spaces.</summary>
    public string Cell(int row) =>
        Text is not null ? Text(row)
        : Number is not null ? Number(row)?.ToString(CultureInfo.InvariantCulture) ?? ""
        : string.Join(' ', List!(row));
}
