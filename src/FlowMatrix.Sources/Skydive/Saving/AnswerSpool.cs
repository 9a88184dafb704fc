using System.IO.Compression;
using System.Text;
using FlowMatrix.Core;
using FlowMatrix.Files;
using FlowMatrix.Sources.Streams;

namespace FlowMatrix.Sources.Skydive.Saving;

/// <summary>
/// Saves the answers of an analyzer to one file, from which the same matrix is read again: one answer per line, between
/// two marks (<see cref="SavedFrame"/>). Answers that are incomplete or not yet due are kept in temporary files.
/// </summary>
internal sealed class AnswerSpool : IDisposable
{
    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly Stream _out;
    private int _answers;

    /// <exception cref="Failure">The file cannot be written.</exception>
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

    /// <summary>Opens a temporary file for one answer. It is deleted when it is closed.</summary>
    public Stream OpenTemporary()
    {
        try
        {
            var path = TemporaryFile.NameBeside(Path.Combine(_file.Folder, "answer"));
            var copy = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.Delete,
                    Options = FileOptions.DeleteOnClose,
                }
            );

            // Where the system allows it the name is removed at once: nothing is left even after a kill.
            File.Delete(path);
            return copy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(_path, e);
        }
    }

    /// <summary>
    /// Copies an answer to a temporary file while it is read, without its line breaks: each line of the saved file is
    /// one answer.
    /// </summary>
    public Stream Tee(Stream answer, Stream copy) => new TeeStream(this, answer, copy);

    /// <summary>Appends a complete answer to the file and closes its temporary file.</summary>
    public void Append(Stream copy) =>
        Write(() =>
        {
            using (copy)
            {
                copy.Position = 0;
                copy.CopyTo(_out);
                _out.WriteByte((byte)'\n');
                _answers++;
            }
        });

    /// <summary>Completes the file after the last answer.</summary>
    public void Commit()
    {
        WriteLine(SavedFrame.LastLine(_answers));
        Write(() =>
        {
            // GZipStream writes its trailer when it is closed. Commit closes the file.
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
                // GZipStream writes its trailer here if there was no Commit. The file is discarded anyway.
            }
        }
    }

    private void WriteLine(string line) => Write(() => _out.Write(Encoding.ASCII.GetBytes(line + "\n")));

    private void Write(Action write)
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

    private sealed class TeeStream(AnswerSpool spool, Stream answer, Stream copy) : ReadOnlyStream
    {
        private readonly byte[] _line = new byte[64 * 1024];

        public override int Read(Span<byte> buffer)
        {
            var read = answer.Read(buffer[..Math.Min(buffer.Length, _line.Length)]);
            buffer[..read].CopyTo(_line);

            // In JSON a line break is white space: within a string it must be escaped.
            var line = _line.AsSpan(0, read);
            line.Replace((byte)'\n', (byte)' ');
            line.Replace((byte)'\r', (byte)' ');
            spool.Write(() => copy.Write(_line, 0, read));
            return read;
        }
    }
}
