# A small network of namespaces with real servers, real addresses and a real NAT table, for tests. Runs in a network
# namespace of its own, which is the host. Prints "ready" and waits for the end of its input.
#   container  172.17.0.2, behind the bridge address 172.17.0.1 of the host
#   outside    10.98.0.2, reached from the host at 10.98.0.1
# The host publishes port 80 of the container as 10.98.0.1:8081, and masquerades the container.
set -e
trap 'kill $(jobs -p) 2>/dev/null' EXIT
python=/usr/bin/python3

serve='
import socket, sys, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind((sys.argv[1], int(sys.argv[2]))); s.listen()
kept = []
while True: kept.append(s.accept())
'
connect='
import socket, sys, time
c = socket.socket()
c.bind(("", int(sys.argv[3])))
for i in range(100):
    try: c.connect((sys.argv[1], int(sys.argv[2]))); break
    except OSError: time.sleep(0.05)
else: sys.exit("cannot connect to " + sys.argv[1])
time.sleep(600)
'

unshare -n sleep 600 &
container=$!
unshare -n sleep 600 &
outside=$!
sleep 0.3

ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
link() { # link <process> <name> <address here> <address there> <gateway>
  ip link add "$2" type veth peer name eth0 netns "$1"
  ip addr add "$3/24" dev "$2"
  ip link set "$2" up
  nsenter -t "$1" -n ip link set lo up
  nsenter -t "$1" -n ip addr add "$4/24" dev eth0
  nsenter -t "$1" -n ip link set eth0 up
  [ -z "$5" ] || nsenter -t "$1" -n ip route add default via "$5"
}
link $container veth1 172.17.0.1 172.17.0.2 172.17.0.1
link $outside veth2 10.98.0.1 10.98.0.2 ""
nft -f - <<NFT
table ip nat {
  chain published { type nat hook output priority -100; ip daddr 10.98.0.1 tcp dport 8081 dnat to 172.17.0.2:80; }
  chain incoming { type nat hook prerouting priority -100; ip daddr 10.98.0.1 tcp dport 8081 dnat to 172.17.0.2:80; }
  chain leaving { type nat hook postrouting priority 100; ip saddr 172.17.0.0/24 oifname "veth2" masquerade; }
}
NFT

$python -c "$serve" 127.0.0.1 26379 &
$python -c "$connect" 127.0.0.1 26379 40001 &
nsenter -t $container -n $python -c "$serve" 127.0.0.1 26379 &
nsenter -t $container -n $python -c "$connect" 127.0.0.1 26379 40001 &
nsenter -t $container -n $python -c "$serve" 0.0.0.0 80 &
nsenter -t $outside -n $python -c "$serve" 0.0.0.0 25432 &
nsenter -t $outside -n $python -c "$connect" 10.98.0.1 8081 40002 &
nsenter -t $container -n $python -c "$connect" 10.98.0.2 25432 40003 &

for _ in $(seq 100); do
  count=$(cat /proc/$container/net/tcp /proc/$outside/net/tcp /proc/self/net/tcp | grep -c ' 01 ' || true)
  [ "$count" -lt 8 ] || break
  sleep 0.1
done
echo ready
cat >/dev/null
