using System.IO.Compression;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Skydive.Saving;

/// <summary>
/// Writes the answers of an analyzer into one file that is read back to the same matrix: one answer per line, between
/// two marks (<see cref="SavedFrame"/>). An answer is kept aside, on disk, until it is complete and its turn comes.
/// </summary>
internal sealed class AnswerSpool : IDisposable
{
    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly Stream _out;
    private int _answers;

    /// <exception cref="Failure">The file cannot be written there.</exception>
    public AnswerSpool(string path, bool past)
    {
        _path = path;
        AtomicFile.CreateFolderOf(path);
        _file = AtomicFile.Create(path);
        _out = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(_file.Stream, CompressionLevel.Fastest, leaveOpen: true)
            : _file.Stream;
        WriteLine(SavedFrame.FirstLine(past));
    }

    /// <summary>A place for one answer. Thrown away unless it is given to <see cref="Append"/>.</summary>
    public Stream OpenAside()
    {
        try
        {
            var path = TemporaryFile.NameBeside(Path.Combine(_file.Folder, "answer"));
            var aside = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.Delete,
                    Options = FileOptions.DeleteOnClose,
                }
            );

            // Without a name from the start where the system can do that: nothing stays behind even if we are killed.
            File.Delete(path);
            return aside;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(_path, e);
        }
    }

    /// <summary>
    /// Passes an answer on and keeps a copy aside. A line of the file is an answer, so it has no line breaks.
    /// </summary>
    public Stream Tee(Stream answer, Stream aside) => new Copying(this, answer, aside);

    /// <summary>Adds a complete answer to the file, and closes its place aside.</summary>
    public void Append(Stream aside) =>
        Writing(() =>
        {
            using (aside)
            {
                aside.Position = 0;
                aside.CopyTo(_out);
                _out.WriteByte((byte)'\n');
                _answers++;
            }
        });

    /// <summary>All answers are there: makes them the file.</summary>
    public void Commit()
    {
        WriteLine(SavedFrame.LastLine(_answers));
        Writing(() =>
        {
            // A compressor writes its end when it is closed; the file itself is closed by Commit.
            if (_out is GZipStream)
            {
                _out.Dispose();
            }
        });
        _file.Commit();
    }

    public void Dispose()
    {
        using (_file)
        {
            try
            {
                _out.Dispose();
            }
            catch (IOException)
            {
                // A compressor writes its end when closed. After Commit it has done so; before, that is thrown away.
            }
        }
    }

    private void WriteLine(string line) => Writing(() => _out.Write(Encoding.ASCII.GetBytes(line + "\n")));

    private void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            throw AtomicFile.CannotWrite(_path, e);
        }
    }

    private sealed class Copying(AnswerSpool spool, Stream answer, Stream aside) : ReadOnlyStream
    {
        private readonly byte[] _line = new byte[64 * 1024];

        public override int Read(Span<byte> buffer)
        {
            var read = answer.Read(buffer[..Math.Min(buffer.Length, _line.Length)]);
            buffer[..read].CopyTo(_line);

            // In JSON a line break is white space: within a text it can only be escaped.
            var copy = _line.AsSpan(0, read);
            copy.Replace((byte)'\n', (byte)' ');
            copy.Replace((byte)'\r', (byte)' ');
            spool.Writing(() => aside.Write(_line, 0, read));
            return read;
        }
    }
}
