namespace FlowMatrix.Testing;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    public static string PathOf(string path) => Path.Combine(Folder, path);

    private static string Find(string below)
    {
        var folder = new DirectoryInfo(below);
        while (!File.Exists(Path.Combine(folder.FullName, "FlowMatrix.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"no FlowMatrix.slnx above {below}");
        }

        return folder.FullName;
    }
}
