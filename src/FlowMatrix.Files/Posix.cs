using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace FlowMatrix.Files;

/// <summary>The few calls of the system that .NET has no words for. All of them are optional: where one fails, nothing is known.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int CurrentFolder = -100;
    private const uint InodeOnly = 0x100;

    /// <summary>Makes the names in a folder as durable as the files are that fsync was called for.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void FlushFolder(string path)
    {
        if (Open(path, ReadOnly) is >= 0 and var folder)
        {
            _ = Sync(folder);
            _ = Close(folder);
        }
    }

    /// <summary>The same for all names of one file; null where it isn't known or there is no such file.</summary>
    public static (uint Major, uint Minor, ulong Inode)? IdentityOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // struct statx is the same on all architectures: the inode at 32, the device at 136 and 140.
        Span<byte> found = stackalloc byte[256];
        return Stat(CurrentFolder, path, 0, InodeOnly, ref MemoryMarshal.GetReference(found)) == 0
            ? (
                MemoryMarshal.Read<uint>(found[136..]),
                MemoryMarshal.Read<uint>(found[140..]),
                MemoryMarshal.Read<ulong>(found[32..])
            )
            : null;
    }

    /// <summary>
    /// Whether this process has opened a descriptor itself: only those are closed when a program is started, so that one
    /// that came from the caller never is of that kind.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    public static bool IsOwn(int descriptor) =>
        DescriptorFlags(descriptor, GetFlags) is > 0 and var flags && (flags & CloseOnExec) != 0;

    /// <summary>Text on standard error that needs nothing that could be missing: neither a descriptor nor a console.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void WriteError(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _ = Write(2, bytes, bytes.Length);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DescriptorFlags(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(int folder, string path, int flags, uint mask, ref byte found);
}
