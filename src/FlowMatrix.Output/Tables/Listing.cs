using System.Globalization;

namespace FlowMatrix.Output.Tables;

/// <summary>
/// Rows of any kind with named fields, for the formats that can write them: grouped matrices, services. Texts are as
/// they came from the wire; each format escapes them.
/// </summary>
/// <param name="Name">What the rows are, in the plural; in JSON the name of the array.</param>
/// <param name="Summary">A line for people.</param>
internal sealed record Listing(string Name, IReadOnlyList<ListingField> Fields, int Count, string Summary);

/// <summary>A field: a text, a number, or a list of texts, by the number of the row.</summary>
internal sealed record ListingField(string Name)
{
    public Func<int, string>? Text { get; private init; }

    /// <summary>Null where it isn't known.</summary>
    public Func<int, long?>? Number { get; private init; }

    public Func<int, IReadOnlyList<string>>? List { get; private init; }

    /// <summary>What people see where the text is empty.</summary>
    public string WhenEmpty { get; private init; } = "";

    public static ListingField ForText(string name, Func<int, string> text, string whenEmpty = "") =>
        new(name) { Text = text, WhenEmpty = whenEmpty };

    public static ListingField ForNumber(string name, Func<int, long?> number) => new(name) { Number = number };

    public static ListingField ForList(string name, Func<int, IReadOnlyList<string>> list) => new(name) { List = list };

    /// <summary>As one text; the items of a list have a space between them.</summary>
    public string Cell(int row) =>
        Text is not null ? Text(row)
        : Number is not null ? Number(row)?.ToString(CultureInfo.InvariantCulture) ?? ""
        : string.Join(' ', List!(row));
}
