"""Runs a command in a terminal and prints what the terminal shows: terminal.py ROWS COLUMNS COMMAND...

On standard input: "wait TEXT" until the screen shows the text, "type KEYS", "resize ROWS COLUMNS", "end" until the command
has ended. Each is answered by a line of JSON.
"""
import fcntl, json, os, pty, select, struct, sys, termios, time

import pyte

PATIENCE = 30


def main():
    rows, columns = int(sys.argv[1]), int(sys.argv[2])
    screen = pyte.HistoryScreen(columns, rows, history=1000, ratio=0.5)
    stream = pyte.ByteStream(screen)
    raw = bytearray()
    sized, begin = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(sized, 1)
        os.execvp(sys.argv[3], sys.argv[3:])

    def resize(rows, columns):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(wait=0.05):
        """Reads on; whether the command may write more."""
        if not select.select([terminal], [], [], wait)[0]:
            return True
        try:
            read = os.read(terminal, 65536)
        except OSError:
            read = b""
        raw.extend(read)
        stream.feed(read)
        return len(read) > 0

    def shows(text):
        """A frame is drawn to its end before its text counts."""
        return any(text in line for line in screen.display) and not screen.cursor.hidden

    def answer(**more):
        above = ["".join(line[x].data for x in range(screen.columns)).rstrip() for line in screen.history.top]
        print(json.dumps({
            "lines": [line.rstrip() for line in screen.display],
            "above": above,
            "cursor": [screen.cursor.y, screen.cursor.x],
            "cursorShown": not screen.cursor.hidden,
            "raw": raw.decode("utf-8", "replace"),
            **more,
        }), flush=True)

    resize(rows, columns)
    os.write(begin, b"\n")
    for command in sys.stdin:
        verb, _, rest = command.rstrip("\n").partition(" ")
        limit = time.monotonic() + PATIENCE
        if verb == "wait":
            while not shows(rest) and time.monotonic() < limit and pump():
                pass
            answer()
        elif verb == "type":
            os.write(terminal, rest.encode().decode("unicode_escape").encode())
            answer()
        elif verb == "resize":
            rows, columns = map(int, rest.split())
            screen.resize(rows, columns)
            resize(rows, columns)
            answer()
        elif verb == "end":
            while time.monotonic() < limit and pump():
                pass
            answer(exit=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            return


main()
