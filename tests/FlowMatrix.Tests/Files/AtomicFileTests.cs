using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_target_is_unchanged_until_commit()
    {
        var path = _folder.Write("out", "old");

        using (var file = AtomicFile.Create(path))
        {
            file.Stream.Write("new"u8);
            file.Stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
            file.Commit();
        }

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["out"], _folder.Files);
    }

    [Fact]
    public void Without_commit_no_file_is_left()
    {
        using (var file = AtomicFile.Create(_folder.PathOf("out")))
        {
            file.Stream.Write("new"u8);
        }

        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_symbolic_link_stays_and_its_target_is_replaced()
    {
        var target = _folder.Write("target", "old");
        File.CreateSymbolicLink(_folder.PathOf("link"), target);

        WriteNew(_folder.PathOf("link"));

        Assert.Equal(target, new FileInfo(_folder.PathOf("link")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(target));
    }

    [Fact]
    public void The_missing_target_of_a_symbolic_link_is_created()
    {
        File.CreateSymbolicLink(_folder.PathOf("link"), _folder.PathOf("target"));

        WriteNew(_folder.PathOf("link"));

        Assert.Equal("new", File.ReadAllText(_folder.PathOf("target")));
        Assert.Equal(["link", "target"], _folder.Files);
    }

    [Fact]
    public void A_replaced_file_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = _folder.Write("out", "old");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        WriteNew(path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_device_is_written_to_directly()
    {
        WriteNew("/dev/null");

        Assert.True(File.Exists("/dev/null"));
        Assert.Empty(Directory.EnumerateFiles("/dev", "*.tmp"));
    }

    [Fact]
    public void A_folder_cannot_be_replaced()
    {
        var failure = Assert.Throws<Failure>(() => AtomicFile.Create(_folder.FullName));

        Assert.Equal(FailureKind.Input, failure.Kind);
        Assert.Contains("it is a folder", failure.Message);
    }

    [Fact]
    public void A_file_name_may_have_the_maximum_length()
    {
        var name = string.Concat(Enumerable.Repeat("語", 85));

        WriteNew(_folder.PathOf(name));

        Assert.Equal([name], _folder.Files);
    }

    [Fact]
    public void A_file_that_is_still_written_is_not_removed()
    {
        using var file = AtomicFile.Create(_folder.PathOf("out"));

        TemporaryFile.RemoveLeftovers(_folder.FullName);
        file.Commit();

        Assert.Equal(["out"], _folder.Files);
    }

    [Fact]
    public void A_file_of_an_earlier_process_with_the_same_ID_is_removed()
    {
        // In a container the first process always has ID 1.
        var left = TemporaryFile.NameBeside(_folder.PathOf("out"));
        File.WriteAllText(left, "");
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddDays(-1));

        TemporaryFile.RemoveLeftovers(_folder.FullName);

        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void A_file_that_another_container_still_writes_is_not_removed()
    {
        var locked = TemporaryFile.NameBeside(_folder.PathOf("out"));
        using var writer = new FileStream(locked, FileMode.CreateNew);
        File.SetLastWriteTimeUtc(locked, DateTime.UtcNow.AddDays(-1));

        TemporaryFile.RemoveLeftovers(_folder.FullName);

        Assert.Equal([Path.GetFileName(locked)], _folder.Files);
    }

    private static void WriteNew(string path)
    {
        using var file = AtomicFile.Create(path);
        file.Stream.Write("new"u8);
        file.Commit();
    }
}
