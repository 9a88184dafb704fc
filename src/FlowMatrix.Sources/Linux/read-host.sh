# Prints the sockets, addresses, NAT entries and processes of this host, as the kernel shows them in /proc.
# It interprets nothing, changes nothing and writes no file. It needs a POSIX sh, cat, echo, grep, id, ls, sed, sort.
# $1: the ssh connection through which it runs (SSH_CONNECTION), which is left out of the result.
# n: a number that tells the lines between sections from everything that users of this host can write.
exec 2>/dev/null
LC_ALL=C
export LC_ALL
cd /proc || exit 1

echo "== $n begin 1"
echo "== $n host"
echo "name $(cat sys/kernel/hostname)"
echo "boot $(cat sys/kernel/random/boot_id)"
echo "uid $(id -u)"
echo "time $(date +%s)"
echo "ports $(cat sys/net/ipv4/ip_local_port_range)"
echo "machine $(uname -m)"
echo "session $1"

# GNU ls escapes newlines and the like with -b. The ls of busybox has no -b; it prints "?" instead.
b=
ls -db / >/dev/null && b=b

# The network namespace of each process: the inode of its net/tcp.
processes=$(for d in 1 2 3 4 5 6 7 8 9; do ls -i $d*/net/tcp; done)

# Each network namespace once. A process that ends meanwhile leaves its block without an end, and the next one is tried.
echo "$processes" | sort -n | {
  seen=
  while read -r key path; do
    [ "$key" = "$seen" ] && continue
    pid=${path%%/*}
    echo "== $n netns $key $pid"
    for f in tcp tcp6 udp udp6 udplite udplite6 if_inet6; do
      if [ -r "$pid/net/$f" ]; then
        echo "== $n file $f"
        cat "$pid/net/$f"
      fi
    done
    # Own addresses: a line with the address, then one with "/32 host LOCAL".
    echo "== $n file fib_local"
    sed -n -e '/|--/h' -e '/\/32 host LOCAL/{x;p;x;}' "$pid/net/fib_trie"
    if [ -r "$pid/net/nf_conntrack" ]; then
      # Not those whose answer comes back unchanged: they are not translated.
      echo "== $n file nf_conntrack"
      sed -e '/src=\([^ ]*\) dst=\([^ ]*\) sport=\([^ ]*\) dport=\([^ ]*\) .*src=\2 dst=\1 sport=\4 dport=\3 /d' \
        "$pid/net/nf_conntrack"
    fi
    case $(ls -i "$pid/net/tcp") in
      "$key "*)
        echo "== $n netns-end $key"
        seen=$key
        ;;
    esac
  done
}

echo "== $n ns"
echo "$processes" | sed -n 's/^ *\([0-9]*\) \([0-9]*\)\/net\/tcp$/\2 \1/p'

# Which process has which socket. Names of files may hold anything, so only the first ">" of a line counts.
echo "== $n fd"
for d in 1 2 3 4 5 6 7 8 9; do ls -ln$b $d*/fd /dev/null; done \
  | sed -n -e 's/^\([0-9]*\)\/fd:$/\1/p' -e 's/^l[^>]* \([0-9]*\) -> socket:\[\([0-9]*\)\]$/\1 \2/p'

echo "== $n exe"
for d in 1 2 3 4 5 6 7 8 9; do ls -ln$b $d*/exe; done | sed -n 's/^l[^>]* \([0-9]*\)\/exe -> \(.*\)$/\1 \2/p'

echo "== $n status"
for d in 1 2 3 4 5 6 7 8 9; do sed -n -e '/^Name:/p' -e '/^Pid:/p' -e '/^PPid:/p' $d*/status; done

echo "== $n cgroup"
for d in 1 2 3 4 5 6 7 8 9; do grep '' $d*/cgroup /dev/null; done | sed -n 's/^\([0-9]*\)\/cgroup:/\1 /p'

echo "== $n end"
