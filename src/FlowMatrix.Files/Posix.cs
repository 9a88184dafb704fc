using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace FlowMatrix.Files;

/// <summary>Called with the target of a symbolic link, which is valid until it returns.</summary>
internal delegate void LinkFound(ReadOnlySpan<byte> target);

/// <summary>
/// System calls that .NET does not offer. All are optional: if one fails, the caller continues without its result.
/// </summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int CurrentFolder = -100;
    private const uint InodeOnly = 0x100;

    /// <summary>Flushes a folder to disk, so that a rename in it survives a power cut. Errors are ignored.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void FlushFolder(string path)
    {
        if (Open(path, ReadOnly) is >= 0 and var folder)
        {
            _ = Sync(folder);
            _ = Close(folder);
        }
    }

    /// <summary>
    /// Identifies a file whatever its name, also across hard links; null if it is missing or unknown.
    /// </summary>
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
    /// Reads the symbolic links in a folder without following them: .NET would ask for the type of each target, which
    /// hangs if it is on a network file system that does not answer.
    /// </summary>
    /// <returns>False if the folder does not exist or must not be read.</returns>
    [UnsupportedOSPlatform("windows")]
    public static bool TryReadLinks(string folder, LinkFound found)
    {
        const int NameOffset = 19; // of struct dirent on 64-bit Linux: inode, offset, length, type, name
        var handle = OpenFolder(folder);
        if (handle == 0)
        {
            return false;
        }

        try
        {
            var descriptor = DescriptorOf(handle);
            Span<byte> target = stackalloc byte[4096];
            while (ReadFolder(handle) is var entry and not 0)
            {
                var length = ReadLink(
                    descriptor,
                    entry + NameOffset,
                    ref MemoryMarshal.GetReference(target),
                    target.Length
                );
                if (length > 0)
                {
                    found(target[..(int)length]);
                }
            }

            return true;
        }
        finally
        {
            _ = CloseFolder(handle);
        }
    }

    /// <summary>
    /// Whether this process opened a descriptor itself. .NET opens all of its own as close-on-exec, while a descriptor
    /// inherited from the caller never has this flag.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    public static bool IsOwn(int descriptor) =>
        DescriptorFlags(descriptor, GetFlags) is > 0 and var flags && (flags & CloseOnExec) != 0;

    /// <summary>
    /// Writes to standard error without .NET's console, which may need a descriptor that is not available.
    /// </summary>
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

    [LibraryImport("libc", EntryPoint = "opendir", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenFolder(string path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadFolder(nint folder);

    [LibraryImport("libc", EntryPoint = "dirfd")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DescriptorOf(nint folder);

    [LibraryImport("libc", EntryPoint = "closedir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFolder(nint folder);

    [LibraryImport("libc", EntryPoint = "readlinkat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadLink(int folder, nint name, ref byte target, nint size);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(int folder, string path, int flags, uint mask, ref byte found);
}
