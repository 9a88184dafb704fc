using System.Globalization;
using System.Text;
using FlowMatrix.Core.Interning;

namespace FlowMatrix.Tests.Core.Interning;

public sealed class InternerTests
{
    [Fact]
    public void Texts_keep_their_IDs_when_the_table_grows()
    {
        var table = new TextInterner();
        var texts = Enumerable.Range(0, 5000).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        var ids = texts.Select(table.Add).ToList();

        Assert.Equal(ids, texts.Select(table.Add));
        Assert.Equal(texts, ids.Select(id => table[id]));
        Assert.Equal(ids, texts.Select(table.IndexOf));
        Assert.Equal(-1, table.IndexOf("never added"));
    }

    [Fact]
    public void The_empty_text_has_ID_0()
    {
        var table = new TextInterner();

        Assert.Equal((0, 0, ""), (table.Add(""), table.IndexOf(""), table[0]));
    }

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public void A_text_can_be_longer_than_a_page(int length)
    {
        var table = new TextInterner();
        var (before, big, after) = (table.Add("before"), table.Add(new string('x', length)), table.Add("after"));

        Assert.Equal(("before", length, "after"), (table[before], table[big].Length, table[after]));
    }

    [Fact]
    public void Invalid_UTF8_is_stored_with_replacement_characters()
    {
        var table = new TextInterner();

        Assert.Equal("a\uFFFDb", table[table.Add([(byte)'a', 0xFF, (byte)'b'])]);
        Assert.Equal(table.Add("a\uFFFDb"), table.Add([(byte)'a', 0xFE, (byte)'b']));
    }

    [Fact]
    public void Texts_compare_by_code_point()
    {
        var table = new TextInterner();

        Assert.True(table.Compare(table.Add("\uFFFD"), table.Add("\U0001F600")) < 0);
        Assert.True(table.Compare(table.Add("Z"), table.Add("a")) < 0);
    }

    [Fact]
    public void Addresses_keep_their_IDs_when_the_table_grows()
    {
        var table = new AddressInterner();
        var texts = Enumerable
            .Range(0, 3000)
            .Select(i => $"10.{i / 256}.{i % 256}.1")
            .Concat(Enumerable.Range(1, 3000).Select(i => $"fd00::{i:x}"))
            .ToList();
        var ids = texts.Select(text => table.Add(Encoding.UTF8.GetBytes(text))).ToList();

        Assert.Equal(ids, texts.Select(text => table.Add(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(texts, ids.Select(table.Text));
        Assert.Equal(6001, table.Count);
    }

    [Fact]
    public void A_text_that_is_not_an_address_has_ID_0()
    {
        var table = new AddressInterner();

        Assert.Equal([0, 0, 0, 0], [table.Add("::/0"u8), table.Add("::/0"u8), table.Add("x"u8), table.Add(""u8)]);
    }

    [Fact]
    public void A_process_is_identified_by_path_and_name()
    {
        var table = new ProcessInterner();
        var nova = table.Add("/usr/bin/python3", "nova");

        Assert.Equal(nova, table.Add("/usr/bin/python3"u8, "nova"u8));
        Assert.NotEqual(nova, table.Add("nova", "/usr/bin/python3"));
        Assert.Equal(0, table.Add("", ""));
        Assert.Equal(("/usr/bin/python3", "nova"), (table.Path(nova), table.Name(nova)));
    }

    [Fact]
    public void Processes_sort_by_name_then_path()
    {
        var table = new ProcessInterner();
        int[] sorted = [0, table.Add("/b", "a"), table.Add("/a", "b"), table.Add("/b", "b")];

        Assert.Equal(sorted, sorted.Reverse().Order(Comparer<int>.Create(table.Compare)));
    }

    [Fact]
    public void A_sweep_keeps_the_IDs_in_use_and_frees_the_others()
    {
        var ids = new IdTables();
        var (web, db) = (ids.Hosts.Add("web"), ids.Hosts.Add("db"));
        var (v6, v4) = (ids.Addresses.Add("fd00::1"u8), ids.Addresses.Add("10.0.0.1"u8));
        var (nginx, mysqld) = (ids.Processes.Add("/bin/nginx", "nginx"), ids.Processes.Add("/bin/mysqld", "mysqld"));
        var to = new IdTables();
        var idMap = new IdMap(ids, to);
        Assert.Equal("web", to.Hosts[idMap.Host(web)]);

        var used = new IdsInUse(ids);
        used.Host(db);
        used.Address(v4);
        used.Process(mysqld);
        ids.Sweep(used);

        Assert.Equal(
            (web, v6, nginx),
            (ids.Hosts.Add("new"), ids.Addresses.Add("fd00::2"u8), ids.Processes.Add("/bin/new", "new"))
        );
        Assert.Equal(
            (db, v4, mysqld),
            (ids.Hosts.Add("db"), ids.Addresses.Add("10.0.0.1"u8), ids.Processes.Add("/bin/mysqld", "mysqld"))
        );
        Assert.Equal(
            ("new", "fd00::2", "/bin/new"),
            (ids.Hosts[web], ids.Addresses.Text(v6), ids.Processes.Path(nginx))
        );
        Assert.NotEqual(v6, ids.Addresses.Add("fd00::1"u8));
        Assert.Equal("new", to.Hosts[idMap.Host(web)]);
    }
}
